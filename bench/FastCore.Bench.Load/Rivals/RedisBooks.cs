using System.Globalization;
using System.Text;
using System.Text.Unicode;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Rivals;

/// <summary>Merchants and payments as Redis keeps them.</summary>
internal sealed class RedisBooks(RedisClient client) : IRivalBooks
{
    /// <summary>Bytes of a key at most.</summary>
    public const int KeyBytesMax = 64;

    /// <summary>Key of a merchant's hash.</summary>
    /// <returns>Bytes written.</returns>
    public static int MerchantKey(ulong merchant, Span<byte> key) =>
        Utf8.TryWrite(key, CultureInfo.InvariantCulture, $"m:{merchant}", out int length) ? length : 0;

    /// <summary>Key of the list of what a merchant's payments moved.</summary>
    /// <returns>Bytes written.</returns>
    public static int MovesKey(ulong merchant, Span<byte> key) =>
        Utf8.TryWrite(key, CultureInfo.InvariantCulture, $"e:{merchant}", out int length) ? length : 0;

    /// <summary>Key of a payment's string.</summary>
    /// <returns>Bytes written.</returns>
    public static int PaymentKey(ulong merchant, UInt128 id, Span<byte> key) =>
        Utf8.TryWrite(key, CultureInfo.InvariantCulture, $"p:{merchant}:{id:x}", out int length) ? length : 0;

    /// <inheritdoc/>
    public async Task OpenAsync(CreateMerchant[] merchants)
    {
        foreach (CreateMerchant merchant in merchants)
        {
            await client.SendAsync(
                "HSET", Text(key => MerchantKey(merchant.Merchant, key)),
                "fee_ppm", Number(merchant.FeePpm), "tax_ppm", Number(merchant.TaxPpm),
                "prefund", Number((long)merchant.Prefund), "clearing", Number((long)merchant.Prefund),
                "payable", "0", "fee", "0", "tax", "0");
        }
    }

    /// <inheritdoc/>
    public async Task<MerchantRecord> MerchantAsync(ulong merchant)
    {
        long[] balances = await BalancesAsync(merchant);
        return new MerchantRecord
        {
            Merchant = merchant,
            ClearingBalance = balances[0],
            PayableBalance = balances[1],
            FeeBalance = balances[2],
            TaxBalance = balances[3],
        };
    }

    /// <inheritdoc/>
    public async Task<PaymentRecord?> PaymentAsync(ulong merchant, UInt128 id)
    {
        string? kept = (await client.SendAsync("GET", Text(key => PaymentKey(merchant, id, key))))[0];
        if (kept is null)
        {
            return null;
        }

        ulong[] parts = [.. kept.Split(' ').Select(part => ulong.Parse(part, CultureInfo.InvariantCulture))];
        return new PaymentRecord
        {
            Id = id,
            Merchant = merchant,
            Amount = parts[0],
            Card = parts[1],
            State = parts[2] == 1 ? PaymentState.Captured : PaymentState.Failed,
            Fee = parts[3],
            Tax = parts[4],
        };
    }

    /// <inheritdoc/>
    public async Task<BookTotals> TotalsAsync(ulong merchant)
    {
        long[] balances = await BalancesAsync(merchant);
        long[] sums = new long[3];
        foreach (string? moved in await client.SendAsync(
            "LRANGE", Text(key => MovesKey(merchant, key)), "0", "-1"))
        {
            string[] parts = moved!.Split(' ');
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += long.Parse(parts[i], CultureInfo.InvariantCulture);
            }
        }

        return new BookTotals
        {
            DebitsPosted = (ulong)(balances[4] - balances[0]),
            CreditsPosted = (ulong)sums.Sum(),
            Balanced = sums.AsSpan().SequenceEqual(balances.AsSpan(1, 3)) ? 1u : 0u,
        };
    }

    private async Task<long[]> BalancesAsync(ulong merchant)
    {
        string?[] found = await client.SendAsync(
            "HMGET", Text(key => MerchantKey(merchant, key)), "clearing", "payable", "fee", "tax", "prefund");
        return found[0] is null
            ? throw new LoadException($"Merchant {merchant} is not there.")
            : [.. found.Select(text => long.Parse(text!, CultureInfo.InvariantCulture))];
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(Func<byte[], int> write)
    {
        byte[] key = new byte[KeyBytesMax];
        return Encoding.UTF8.GetString(key.AsSpan(0, write(key)));
    }
}
