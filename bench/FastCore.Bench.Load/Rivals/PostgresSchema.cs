namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// Payments in PostgreSQL as one would write them: merchants with their balances, payments by merchant and id, and two
/// balanced entries a payment at least. The id decides whether a payment is new; a merchant without money declines it.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>Tables and functions.</summary>
    public const string Text =
        """
        CREATE TABLE merchants (
            merchant bigint PRIMARY KEY, fee_ppm bigint NOT NULL, tax_ppm bigint NOT NULL, clearing bigint NOT NULL,
            payable bigint NOT NULL DEFAULT 0, fee bigint NOT NULL DEFAULT 0, tax bigint NOT NULL DEFAULT 0);
        CREATE TABLE payments (
            merchant bigint NOT NULL, id uuid NOT NULL, amount bigint NOT NULL, card bigint NOT NULL,
            captured boolean NOT NULL, fee bigint NOT NULL, tax bigint NOT NULL, born bigint NOT NULL,
            PRIMARY KEY (merchant, id));
        CREATE TABLE entries (merchant bigint NOT NULL, id uuid NOT NULL, account smallint NOT NULL,
            amount bigint NOT NULL);

        -- Parts of a million, rounded half to even.
        CREATE FUNCTION part(amount bigint, ppm bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
            SELECT amount * ppm / 1000000 + CASE
                WHEN amount * ppm % 1000000 > 500000 THEN 1
                WHEN amount * ppm % 1000000 = 500000 THEN (amount * ppm / 1000000) & 1 ELSE 0 END $$;

        -- One payment, a transaction by itself.
        CREATE FUNCTION pay(m bigint, i uuid, a bigint, c bigint)
            RETURNS TABLE (outcome smallint, fee bigint, tax bigint, again boolean) LANGUAGE plpgsql AS $$
        DECLARE f bigint; t bigint; held merchants; kept payments;
        BEGIN
            SELECT * INTO held FROM merchants WHERE merchants.merchant = m FOR UPDATE;
            SELECT * INTO kept FROM payments WHERE payments.merchant = m AND payments.id = i;
            IF FOUND THEN
                RETURN QUERY SELECT CASE WHEN kept.amount <> a OR kept.card <> c THEN 2
                    WHEN kept.captured THEN 0 ELSE 1 END::smallint, kept.fee, kept.tax, true;
                RETURN;
            END IF;
            IF held.clearing < a THEN
                INSERT INTO payments VALUES (m, i, a, c, false, 0, 0, 0);
                RETURN QUERY SELECT 1::smallint, 0::bigint, 0::bigint, false;
                RETURN;
            END IF;
            f := part(a, held.fee_ppm);
            t := part(f, held.tax_ppm);
            INSERT INTO payments VALUES (m, i, a, c, true, f, t, 0);
            UPDATE merchants SET clearing = merchants.clearing - a, payable = payable + a - f - t,
                fee = merchants.fee + f, tax = merchants.tax + t WHERE merchants.merchant = m;
            INSERT INTO entries VALUES (m, i, 0, -a), (m, i, 1, a - f - t), (m, i, 2, f), (m, i, 3, t);
            RETURN QUERY SELECT 0::smallint, f, t, false;
        END $$;

        -- Many payments in one transaction. Merchants are locked in their order, so that batches never lock each other
        -- for ever. What a declined payment asked for counts against those behind it.
        CREATE FUNCTION pay_batch(ms bigint[], ids uuid[], amounts bigint[], cards bigint[])
            RETURNS TABLE (outcome smallint, fee bigint, tax bigint, again boolean) LANGUAGE plpgsql AS $$
        DECLARE me bigint := txid_current();
        BEGIN
            PERFORM 1 FROM merchants WHERE merchant = ANY (ms) ORDER BY merchant FOR UPDATE;
            WITH wanted AS (
                SELECT DISTINCT ON (w.m, w.i) w.*
                FROM unnest(ms, ids, amounts, cards) WITH ORDINALITY AS w (m, i, a, c, n)
                WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant = w.m AND p.id = w.i)
                ORDER BY w.m, w.i, w.n),
            judged AS (
                SELECT w.*, sum(w.a) OVER (PARTITION BY w.m ORDER BY w.n) <= h.clearing AS ok,
                    part(w.a, h.fee_ppm) AS f, part(part(w.a, h.fee_ppm), h.tax_ppm) AS t
                FROM wanted w JOIN merchants h ON h.merchant = w.m),
            kept AS (
                INSERT INTO payments SELECT m, i, a, c, ok, CASE WHEN ok THEN f ELSE 0 END,
                    CASE WHEN ok THEN t ELSE 0 END, me FROM judged),
            posted AS (
                INSERT INTO entries SELECT j.m, j.i, e.account, e.amount FROM judged j CROSS JOIN LATERAL (VALUES
                    (0::smallint, -j.a), (1::smallint, j.a - j.f - j.t), (2::smallint, j.f), (3::smallint, j.t))
                    AS e (account, amount) WHERE j.ok)
            UPDATE merchants h SET clearing = h.clearing - s.a, payable = h.payable + s.a - s.f - s.t,
                fee = h.fee + s.f, tax = h.tax + s.t
            FROM (SELECT m, sum(a)::bigint AS a, sum(f)::bigint AS f, sum(t)::bigint AS t
                FROM judged WHERE ok GROUP BY m) s WHERE h.merchant = s.m;
            RETURN QUERY SELECT CASE WHEN p.amount <> w.a OR p.card <> w.c THEN 2 WHEN p.captured THEN 0 ELSE 1
                END::smallint, p.fee, p.tax, p.born <> me OR row_number() OVER (PARTITION BY w.m, w.i ORDER BY w.n) > 1
            FROM unnest(ms, ids, amounts, cards) WITH ORDINALITY AS w (m, i, a, c, n)
            JOIN payments p ON p.merchant = w.m AND p.id = w.i ORDER BY w.n;
        END $$;
        """;
}
