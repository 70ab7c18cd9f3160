"""The one statement that counts the events. What it computes, in its own order:

``deals``    what each viewer did with each work, in points halved with time: looks up to a limit, one like, purchases
             apart. Her own works count for nobody, nor those of an artist whose card, payout account, identity or
             device she shares; nor purchases of which the licence ended (a refund).
``viewers``  each viewer: whether she is known (her acts lie days apart), and four min-hashes of the works she dealt
             with. Two viewers share all with the probability of the fourth power of the Jaccard likeness of their
             sets of works (Broder, "On the resemblance and containment of documents", 1997): 0.75 for a likeness of
             0.93, one in ten thousand for 0.1, as honest viewers of one shop have it. With fewer hashes these would
             meet by chance, the oftener the larger the shop.
``shop``     ``youth``: 1 in a shop without known persons, 0 in a grown-up one. While it is young everybody counts.
``mutual``   who likes an artist whose owner likes hers.
``weights``  how much a viewer counts for an artist: less the more of all that she does goes to that artist, nothing
             from a third on; n viewers who deal with the same works count together as a n-th of one of them; and
             never more than so many points for all the artist's works together.
``voices``   what viewers say of a work; all those whose favourite is its artist count together as one of them.

A work's score is what persons say, plus what sessions say as far as persons bear it out, plus purchases.
"""

COUNT = """
INSERT INTO recommendations_workpopularity (work_id, score, interested, viewers, likes, buyers, counted_at)
WITH works AS MATERIALIZED (
    SELECT w.id AS work_id, w.artist_id, a.user_id AS owner_id, 'p:' || replace(u.pseudonym::text, '-', '') AS owner_key
    FROM catalog_work w
    JOIN accounts_artist a ON a.id = w.artist_id
    JOIN accounts_user u ON u.id = a.user_id
    WHERE w.published_at IS NOT NULL
), raw AS MATERIALIZED (
    SELECT e.viewer, e.work_id,
           sum(power(0.5::float8, extract(epoch FROM %(at)s - happened_at)::float8 / 86400 / %(half_life_days)s))
               FILTER (WHERE kind = 'viewed') AS looks,
           sum(CASE kind WHEN 'liked' THEN %(liked)s WHEN 'unliked' THEN %(unliked)s ELSE 0 END
               * power(0.5::float8, extract(epoch FROM %(at)s - happened_at)::float8 / 86400 / %(half_life_days)s)
           ) AS likes,
           max(power(0.5::float8, extract(epoch FROM %(at)s - happened_at)::float8 / 86400 / %(half_life_days)s))
               FILTER (WHERE kind = 'bought') AS bought,
           min(happened_at) AS first_at, max(happened_at) AS last_at
    FROM recommendations_event e
    WHERE happened_on > (%(at)s AT TIME ZONE 'UTC')::date - %(window_days)s AND happened_at <= %(at)s
      AND kind IN ('viewed', 'liked', 'unliked', 'bought')
    GROUP BY e.viewer, e.work_id
), people AS MATERIALIZED (
    SELECT u.id AS user_id, k.viewer
    FROM (SELECT DISTINCT viewer FROM raw WHERE viewer LIKE 'p:%%') k
    JOIN accounts_user u ON u.pseudonym = CASE WHEN k.viewer ~ '^p:[0-9a-f]{32}$' THEN substr(k.viewer, 3)::uuid END
), same_people AS MATERIALIZED (
    SELECT DISTINCT p.viewer, a.id AS artist_id
    FROM people p
    JOIN risk_sighting s ON s.person_id = p.user_id AND s.kind <> 'network'
    JOIN risk_sighting o ON o.kind = s.kind AND o.value = s.value AND o.person_id <> s.person_id
    JOIN accounts_artist a ON a.user_id = o.person_id
), given_back AS MATERIALIZED (
    SELECT DISTINCT p.viewer, g.work_id
    FROM licensing_licenceending x
    JOIN licensing_licencegrant g ON g.id = x.grant_id
    JOIN people p ON p.user_id = g.holder_id
    WHERE NOT EXISTS (
        SELECT 1 FROM licensing_licencegrant h
        LEFT JOIN licensing_licenceending y ON y.grant_id = h.id
        WHERE h.work_id = g.work_id AND h.holder_id = g.holder_id AND y.id IS NULL
    )
), deals AS MATERIALIZED (
    SELECT r.viewer, r.work_id, w.artist_id, r.first_at, r.last_at,
           least(%(viewed)s * coalesce(r.looks, 0), %(most_looks)s) AS looks,
           least(greatest(r.likes, 0), %(liked)s) AS likes,
           CASE WHEN g.viewer IS NULL THEN %(bought)s * coalesce(r.bought, 0) ELSE 0 END AS bought
    FROM raw r
    JOIN works w ON w.work_id = r.work_id AND w.owner_key <> r.viewer
    LEFT JOIN same_people s ON s.viewer = r.viewer AND s.artist_id = w.artist_id
    LEFT JOIN given_back g ON g.viewer = r.viewer AND g.work_id = r.work_id
    WHERE s.viewer IS NULL
), to_artists AS MATERIALIZED (
    SELECT viewer, artist_id, sum(looks + likes) AS points, sum(likes) AS likes, sum(bought) AS bought,
           row_number() OVER (PARTITION BY viewer ORDER BY sum(looks + likes) DESC, artist_id) = 1 AS is_favourite
    FROM deals GROUP BY viewer, artist_id
), viewers AS MATERIALIZED (
    SELECT d.viewer, d.viewer LIKE 'p:%%' AS is_person, d.points, a.breadth,
           d.last_at - d.first_at >= make_interval(days => %(known_after_days)s::int) AS is_known,
           count(*) OVER (PARTITION BY d.hashes) AS alike
    FROM (
        SELECT viewer, sum(looks + likes) AS points, min(first_at) AS first_at, max(last_at) AS last_at,
               ARRAY[
                   min(hashtextextended(work_id::text, %(hash_1)s)), min(hashtextextended(work_id::text, %(hash_2)s)),
                   min(hashtextextended(work_id::text, %(hash_3)s)), min(hashtextextended(work_id::text, %(hash_4)s))
               ] AS hashes
        FROM deals GROUP BY viewer
    ) d
    JOIN (SELECT viewer, count(*) AS breadth FROM to_artists GROUP BY viewer) a ON a.viewer = d.viewer
), shop AS MATERIALIZED (
    SELECT greatest(
        0, 1 - count(*) FILTER (WHERE is_person AND is_known AND breadth * %(too_much)s > 1) / %(grown_up_with)s
    )::float8 AS youth
    FROM viewers
), owners AS MATERIALIZED (
    SELECT DISTINCT artist_id, owner_key FROM works
), mutual AS MATERIALIZED (
    SELECT DISTINCT t.viewer, t.artist_id
    FROM owners me
    JOIN to_artists t ON t.viewer = me.owner_key AND t.likes > 0
    JOIN owners them ON them.artist_id = t.artist_id
    JOIN to_artists back ON back.viewer = them.owner_key AND back.artist_id = me.artist_id AND back.likes > 0
), weights AS MATERIALIZED (
    SELECT t.viewer, t.artist_id, v.is_person,
           greatest(
               s.youth,
               CASE WHEN v.is_known THEN greatest(0, 1 - t.points / nullif(v.points, 0) / %(too_much)s) ELSE 0 END
           ) * greatest(s.youth, power(v.alike, -2)) AS weight,
           least(1, %(most_to_an_artist)s / nullif(t.points, 0)) AS capped,
           least(1, %(most_bought_from_an_artist)s / nullif(t.bought, 0)) AS bought_capped,
           t.is_favourite,
           m.viewer IS NOT NULL AS is_mutual
    FROM to_artists t
    JOIN viewers v ON v.viewer = t.viewer
    CROSS JOIN shop s
    LEFT JOIN mutual m ON m.viewer = t.viewer AND m.artist_id = t.artist_id
), voices AS MATERIALIZED (
    SELECT d.work_id, w.is_person,
           sum((d.looks + d.likes) * w.weight * w.capped) * CASE WHEN w.is_favourite THEN s.alone / count(*) + s.youth
                                                                 ELSE 1 END AS points,
           sum(w.weight) * CASE WHEN w.is_favourite THEN s.alone / count(*) + s.youth ELSE 1 END AS interested
    FROM deals d
    JOIN weights w ON w.viewer = d.viewer AND w.artist_id = d.artist_id
    CROSS JOIN (SELECT youth, 1 - youth AS alone FROM shop) s
    WHERE w.weight > 0 AND NOT w.is_mutual AND d.looks + d.likes > 0
    GROUP BY d.work_id, w.is_person, w.is_favourite, s.youth, s.alone
), said AS (
    SELECT work_id,
           coalesce(sum(points) FILTER (WHERE is_person), 0) AS by_persons,
           coalesce(sum(points) FILTER (WHERE NOT is_person), 0) AS by_sessions,
           coalesce(sum(interested) FILTER (WHERE is_person), 0) AS persons,
           coalesce(sum(interested) FILTER (WHERE NOT is_person), 0) AS sessions
    FROM voices GROUP BY work_id
), sales AS (
    SELECT d.work_id, sum(d.bought * w.bought_capped) AS points
    FROM deals d
    JOIN weights w ON w.viewer = d.viewer AND w.artist_id = d.artist_id
    WHERE d.bought > 0 GROUP BY d.work_id
), counts AS (
    SELECT work_id, count(*) FILTER (WHERE looks > 0) AS viewers, count(*) FILTER (WHERE bought > 0) AS buyers
    FROM deals GROUP BY work_id
)
SELECT w.work_id,
       coalesce(t.by_persons, 0) + coalesce(b.points, 0) + least(
           coalesce(t.by_sessions, 0),
           %(sessions_at_most)s * (coalesce(t.by_persons, 0) + coalesce(b.points, 0))
               + (SELECT youth FROM shop) * coalesce(t.by_sessions, 0)
       ),
       coalesce(t.persons, 0) + least(
           coalesce(t.sessions, 0),
           %(sessions_at_most)s * coalesce(t.persons, 0) + (SELECT youth FROM shop) * coalesce(t.sessions, 0)
       ),
       coalesce(c.viewers, 0),
       coalesce(l.likes, 0),
       coalesce(c.buyers, 0),
       %(at)s
FROM works w
LEFT JOIN said t ON t.work_id = w.work_id
LEFT JOIN sales b ON b.work_id = w.work_id
LEFT JOIN counts c ON c.work_id = w.work_id
LEFT JOIN (SELECT work_id, count(*) AS likes FROM recommendations_like GROUP BY work_id) l ON l.work_id = w.work_id
ORDER BY w.work_id
ON CONFLICT (work_id) DO UPDATE SET score = excluded.score, interested = excluded.interested,
    viewers = excluded.viewers, likes = excluded.likes, buyers = excluded.buyers, counted_at = excluded.counted_at
WHERE recommendations_workpopularity.counted_at <= excluded.counted_at
"""
