"""What the works of the large shop are about: every theme is a caption in two languages, with tags."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

SCENES = (
    ("sunset over the sea", "海上日落", "sunset", "日落"),
    ("snowy mountain", "雪山", "mountain", "山"),
    ("pine forest", "松林", "forest", "森林"),
    ("desert dunes", "沙漠沙丘", "desert", "沙漠"),
    ("city at night", "夜晚的城市", "city", "城市"),
    ("village by a river", "河边村庄", "village", "村庄"),
    ("portrait of a woman", "女子肖像", "portrait", "肖像"),
    ("horses in a field", "田野里的马", "horse", "马"),
    ("a cat by the window", "窗边的猫", "cat", "猫"),
    ("ships in a storm", "风暴中的船", "ship", "船"),
    ("temple in the mist", "雾中的寺庙", "temple", "寺庙"),
    ("garden with flowers", "花园", "flower", "花"),
    ("still life with fruit", "水果静物", "still life", "静物"),
    ("waterfall in the jungle", "丛林瀑布", "waterfall", "瀑布"),
    ("northern lights", "北极光", "aurora", "极光"),
    ("rainy street", "雨中的街道", "rain", "雨"),
    ("bridge over a canal", "运河上的桥", "bridge", "桥"),
    ("castle on a hill", "山上的城堡", "castle", "城堡"),
    ("moon over a lake", "湖上月亮", "moon", "月亮"),
    ("abstract circles", "抽象圆形", "abstract", "抽象"),
)
COLOURS = (("blue", "蓝色"), ("golden", "金色"), ("red", "红色"), ("green", "绿色"), ("violet", "紫色"))
MANNERS = (("watercolour", "水彩"), ("oil painting", "油画"), ("ink drawing", "水墨"), ("pixel art", "像素画"))


@dataclass(frozen=True, slots=True)
class Theme:
    """``tags``: (slug, English label, Chinese label) of its scene, colour and manner."""

    english: str
    chinese: str
    tags: tuple[tuple[str, str, str], ...]


def themes() -> list[Theme]:
    """All combinations of a scene, a colour and a manner."""
    made = []
    for (scene, scene_zh, tag, tag_zh), (colour, colour_zh), (manner, manner_zh) in product(SCENES, COLOURS, MANNERS):
        tags = ((tag, tag_zh), (colour, colour_zh), (manner, manner_zh))
        made.append(
            Theme(
                english=f"{colour.capitalize()} {scene}, {manner}",
                chinese=f"{colour_zh}{scene_zh}{manner_zh}",
                tags=tuple((f"bench-{label.replace(' ', '-')}", label, label_zh) for label, label_zh in tags),
            )
        )
    return made
