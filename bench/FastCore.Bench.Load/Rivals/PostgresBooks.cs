using System.Buffers.Binary;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using Npgsql;

namespace FastCore.Bench.Load.Rivals;

/// <summary>Merchants and payments as PostgreSQL keeps them.</summary>
internal sealed class PostgresBooks(NpgsqlDataSource source) : IRivalBooks
{
    private readonly Lazy<Task<Dictionary<long, BookTotals>>> _totals = new(() => SumAsync(source));

    /// <summary>An id in the order of its digits.</summary>
    public static Guid GuidOf(UInt128 id)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return new Guid(bytes, bigEndian: true);
    }

    /// <inheritdoc/>
    public async Task OpenAsync(CreateMerchant[] merchants)
    {
        await using NpgsqlCommand command = source.CreateCommand(
            "INSERT INTO merchants SELECT m, $2, $3, p FROM unnest($1, $4) AS t (m, p)");
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new NpgsqlParameter<long[]> { TypedValue = [.. merchants.Select(one => (long)one.Merchant)] },
            new NpgsqlParameter<long> { TypedValue = merchants[0].FeePpm },
            new NpgsqlParameter<long> { TypedValue = merchants[0].TaxPpm },
            new NpgsqlParameter<long[]> { TypedValue = [.. merchants.Select(one => (long)one.Prefund)] },
        ]);
        _ = await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public async Task<MerchantRecord> MerchantAsync(ulong merchant)
    {
        await using NpgsqlCommand command = source.CreateCommand(
            "SELECT clearing, payable, fee, tax FROM merchants WHERE merchant = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)merchant });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new MerchantRecord
            {
                Merchant = merchant,
                ClearingBalance = reader.GetInt64(0),
                PayableBalance = reader.GetInt64(1),
                FeeBalance = reader.GetInt64(2),
                TaxBalance = reader.GetInt64(3),
            }
            : throw new LoadException($"Merchant {merchant} is not there.");
    }

    /// <inheritdoc/>
    public async Task<PaymentRecord?> PaymentAsync(ulong merchant, UInt128 id)
    {
        await using NpgsqlCommand command = source.CreateCommand(
            "SELECT amount, card, captured, fee, tax FROM payments WHERE merchant = $1 AND id = $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)merchant });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = GuidOf(id) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new PaymentRecord
            {
                Id = id,
                Merchant = merchant,
                Amount = (ulong)reader.GetInt64(0),
                Card = (ulong)reader.GetInt64(1),
                State = reader.GetBoolean(2) ? PaymentState.Captured : PaymentState.Failed,
                Fee = (ulong)reader.GetInt64(3),
                Tax = (ulong)reader.GetInt64(4),
            }
            : null;
    }

    /// <inheritdoc/>
    public async Task<BookTotals> TotalsAsync(ulong merchant) =>
        (await _totals.Value).GetValueOrDefault((long)merchant);

    // All at once when the first is asked for, which is when the load is over.
    private static async Task<Dictionary<long, BookTotals>> SumAsync(NpgsqlDataSource source)
    {
        Dictionary<long, BookTotals> totals = [];
        await using NpgsqlCommand command = source.CreateCommand(
            """
            SELECT m.merchant, COALESCE(e.debits, 0)::bigint, COALESCE(e.credits, 0)::bigint,
                COALESCE(e.payable, 0) = m.payable AND COALESCE(e.fee, 0) = m.fee AND COALESCE(e.tax, 0) = m.tax
            FROM merchants m LEFT JOIN (
                SELECT merchant, sum(-amount) FILTER (WHERE amount < 0) AS debits,
                    sum(amount) FILTER (WHERE amount > 0) AS credits, sum(amount) FILTER (WHERE account = 1) AS payable,
                    sum(amount) FILTER (WHERE account = 2) AS fee, sum(amount) FILTER (WHERE account = 3) AS tax
                FROM entries GROUP BY merchant) e ON e.merchant = m.merchant
            """);
        command.CommandTimeout = 600;
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            totals[reader.GetInt64(0)] = new BookTotals
            {
                DebitsPosted = (ulong)reader.GetInt64(1),
                CreditsPosted = (ulong)reader.GetInt64(2),
                Balanced = reader.GetBoolean(3) ? 1u : 0u,
            };
        }

        return totals;
    }
}
