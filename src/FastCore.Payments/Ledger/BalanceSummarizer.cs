using System.Runtime.InteropServices;
using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Sums up full blocks of kept balances, 1,040 bytes: earliest and latest timestamp, then a Bloom filter of accounts.
/// </summary>
internal sealed class BalanceSummarizer : IHistorySummarizer<BalanceRow>
{
    private const int HeaderSize = 16;
    private const int FilterSize = 1024;

    public int SummarySize => HeaderSize + FilterSize;

    public static bool MayHold(ReadOnlySpan<byte> summary, ulong book, UInt128 account, ulong minNs, ulong maxNs) =>
        MemoryMarshal.Read<ulong>(summary) <= maxNs
        && MemoryMarshal.Read<ulong>(summary[8..]) >= minNs
        && Bloom.MayContain(summary.Slice(HeaderSize, FilterSize), KeyHash.Of(account, book));

    public void Summarize(ReadOnlySpan<BalanceRow> rows, Span<byte> summary)
    {
        summary.Clear();
        ulong minNs = ulong.MaxValue;
        ulong maxNs = 0;
        foreach (ref readonly BalanceRow row in rows)
        {
            minNs = Math.Min(minNs, row.TimestampNs);
            maxNs = Math.Max(maxNs, row.TimestampNs);
            Bloom.Add(summary.Slice(HeaderSize, FilterSize), KeyHash.Of(row.AccountId, row.Book));
        }

        MemoryMarshal.Write(summary, in minNs);
        MemoryMarshal.Write(summary[8..], in maxNs);
    }
}
