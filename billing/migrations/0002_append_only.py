"""What the database itself keeps of the ledger's rules, also against raw SQL."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: the ledger only grows; record a reversal instead', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER billing_transaction_append_only BEFORE UPDATE OR DELETE ON billing_transaction
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_transaction_no_truncate BEFORE TRUNCATE ON billing_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_entry_append_only BEFORE UPDATE OR DELETE ON billing_entry
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_entry_no_truncate BEFORE TRUNCATE ON billing_entry
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_account_append_only BEFORE UPDATE OR DELETE ON billing_account
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_balance_no_delete BEFORE DELETE ON billing_balance
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_creditlot_no_delete BEFORE DELETE ON billing_creditlot
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_creditholdpart_append_only BEFORE UPDATE OR DELETE ON billing_creditholdpart
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_credithold_no_delete BEFORE DELETE ON billing_credithold
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();

-- A transaction has as many entries as it said, at least two, and they add up to zero in each currency.
CREATE FUNCTION billing_check_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked uuid;
    expected integer;
    present integer;
    faulty record;
BEGIN
    IF TG_TABLE_NAME = 'billing_entry' THEN
        checked := NEW.transaction_id;
    ELSE
        checked := NEW.id;
    END IF;
    SELECT entry_count INTO expected FROM billing_transaction WHERE id = checked;
    SELECT count(*) INTO present FROM billing_entry WHERE transaction_id = checked;
    IF present <> expected OR present < 2 THEN
        RAISE EXCEPTION 'transaction % has % entries and said %', checked, present, expected
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT a.currency, sum(e.amount_minor) AS total INTO faulty
        FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
        WHERE e.transaction_id = checked GROUP BY a.currency HAVING sum(e.amount_minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % does not balance: % % left over', checked, faulty.total,
        faulty.currency USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_entry_balances AFTER INSERT ON billing_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_transaction();
CREATE CONSTRAINT TRIGGER billing_transaction_balances AFTER INSERT ON billing_transaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_transaction();

-- Accounts with a floor get a balance row; entries keep it, nothing else may.
CREATE FUNCTION billing_open_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO billing_balance (account_id, amount_minor) VALUES (NEW.id, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER billing_account_opens_balance AFTER INSERT ON billing_account FOR EACH ROW
    WHEN (NEW.kind IN ('user_credits', 'artist_available')) EXECUTE FUNCTION billing_open_balance();

CREATE FUNCTION billing_keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_balance SET amount_minor = amount_minor + NEW.amount_minor WHERE account_id = NEW.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_entry_keeps_balance AFTER INSERT ON billing_entry
    FOR EACH ROW EXECUTE FUNCTION billing_keep_balance();

CREATE FUNCTION billing_guard_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% refused on billing_balance: entries keep the balance', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_balance_by_entries_only BEFORE INSERT OR UPDATE ON billing_balance
    FOR EACH ROW EXECUTE FUNCTION billing_guard_balance();

-- At commit a person's lots add up to the balance of her account.
CREATE FUNCTION billing_check_lots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    balance bigint;
    lots bigint;
BEGIN
    SELECT b.amount_minor INTO balance FROM billing_balance b JOIN billing_account a ON a.id = b.account_id
        WHERE b.account_id = NEW.account_id AND a.kind = 'user_credits';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(remaining), 0) INTO lots FROM billing_creditlot WHERE account_id = NEW.account_id;
    IF lots <> balance THEN
        RAISE EXCEPTION 'credit lots of account % hold % and its balance is %', NEW.account_id, lots, balance
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_lots_match_balance AFTER INSERT OR UPDATE ON billing_creditlot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_lots();
CREATE CONSTRAINT TRIGGER billing_balance_matches_lots AFTER UPDATE ON billing_balance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_lots();

-- A hold ends once; what it held, and whose and for what, never changes.
CREATE FUNCTION billing_guard_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' OR NEW.user_id <> OLD.user_id OR NEW.object_ref <> OLD.object_ref
        OR NEW.amount <> OLD.amount THEN
        RAISE EXCEPTION 'UPDATE refused on billing_credithold: a hold ends once and is otherwise fixed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_credithold_ends_once BEFORE UPDATE ON billing_credithold
    FOR EACH ROW EXECUTE FUNCTION billing_guard_hold();
"""

BACKWARD = """
DROP TRIGGER billing_transaction_append_only ON billing_transaction;
DROP TRIGGER billing_transaction_no_truncate ON billing_transaction;
DROP TRIGGER billing_entry_append_only ON billing_entry;
DROP TRIGGER billing_entry_no_truncate ON billing_entry;
DROP TRIGGER billing_account_append_only ON billing_account;
DROP TRIGGER billing_balance_no_delete ON billing_balance;
DROP TRIGGER billing_creditlot_no_delete ON billing_creditlot;
DROP TRIGGER billing_creditholdpart_append_only ON billing_creditholdpart;
DROP TRIGGER billing_credithold_no_delete ON billing_credithold;
DROP TRIGGER billing_entry_balances ON billing_entry;
DROP TRIGGER billing_transaction_balances ON billing_transaction;
DROP TRIGGER billing_account_opens_balance ON billing_account;
DROP TRIGGER billing_entry_keeps_balance ON billing_entry;
DROP TRIGGER billing_balance_by_entries_only ON billing_balance;
DROP TRIGGER billing_lots_match_balance ON billing_creditlot;
DROP TRIGGER billing_balance_matches_lots ON billing_balance;
DROP TRIGGER billing_credithold_ends_once ON billing_credithold;
DROP FUNCTION billing_refuse_change;
DROP FUNCTION billing_check_transaction;
DROP FUNCTION billing_open_balance;
DROP FUNCTION billing_keep_balance;
DROP FUNCTION billing_guard_balance;
DROP FUNCTION billing_check_lots;
DROP FUNCTION billing_guard_hold;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_rest")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
