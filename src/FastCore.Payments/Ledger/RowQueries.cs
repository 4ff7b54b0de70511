using System.Runtime.InteropServices;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>Transfers as results.</summary>
internal readonly struct TransferQuery(TransferFilter filter, UInt128 accountId) : IRowQuery<TransferRow>
{
    public bool Matches(in TransferRow row) => filter.Matches(row);

    public bool MayMatch(ReadOnlySpan<byte> summary) => filter.MayMatch(summary);

    public bool IsTooOld(in TransferRow row) => row.Transfer.Timestamp < filter.MinNs;

    public long PreviousOf(in TransferRow row) =>
        row.Transfer.DebitAccountId == accountId ? row.DebitPrevious : row.CreditPrevious;

    public void Write(in TransferRow row, Span<byte> reply, long index) =>
        MemoryMarshal.Write(reply[(int)(index * Transfer.Size)..], in row.Transfer);
}

/// <summary>Transfers summed up into the one result at the head of the reply.</summary>
internal readonly struct SumQuery(TransferFilter filter, UInt128 accountId, AccountFilterFlags sides)
    : IRowQuery<TransferRow>
{
    public bool Matches(in TransferRow row) => filter.Matches(row);

    public bool MayMatch(ReadOnlySpan<byte> summary) => filter.MayMatch(summary);

    public bool IsTooOld(in TransferRow row) => row.Transfer.Timestamp < filter.MinNs;

    public long PreviousOf(in TransferRow row) =>
        row.Transfer.DebitAccountId == accountId ? row.DebitPrevious : row.CreditPrevious;

    public void Write(in TransferRow row, Span<byte> reply, long index)
    {
        ref TransferSum sum = ref MemoryMarshal.AsRef<TransferSum>(reply[..TransferSum.Size]);
        sum.Count++;
        if ((row.Transfer.Flags & (TransferFlags.Pending | TransferFlags.VoidPendingTransfer)) != 0)
        {
            return;
        }

        sum.PostedCount++;
        if ((sides & AccountFilterFlags.Debits) != 0 && IsSide(row.Transfer.DebitAccountId))
        {
            sum.DebitsPosted = Add(sum.DebitsPosted, row.Transfer.Amount, ref sum.Overflowed);
        }

        if ((sides & AccountFilterFlags.Credits) != 0 && IsSide(row.Transfer.CreditAccountId))
        {
            sum.CreditsPosted = Add(sum.CreditsPosted, row.Transfer.Amount, ref sum.Overflowed);
        }
    }

    private bool IsSide(UInt128 id) => accountId == UInt128.Zero || accountId == id;

    private static UInt128 Add(UInt128 a, UInt128 b, ref uint overflowed)
    {
        UInt128 sum = unchecked(a + b);
        overflowed |= sum < a ? 1u : 0;
        return sum;
    }
}

/// <summary>
/// Balances as results. The filter speaks of the transfers that made them, which are read only when it says more about
/// them than time.
/// </summary>
internal readonly struct BalanceQuery(
    LedgerStore store, TransferFilter filter, UInt128 accountId, ulong book, bool readsTransfers)
    : IRowQuery<BalanceRow>
{
    public bool Matches(in BalanceRow row) =>
        row.Book == book
        && row.AccountId == accountId
        && row.TimestampNs >= filter.MinNs
        && row.TimestampNs <= filter.MaxNs
        && (!readsTransfers || filter.Matches(store.Transfers.History.Get(row.TransferPosition)));

    public bool MayMatch(ReadOnlySpan<byte> summary) =>
        BalanceSummarizer.MayHold(summary, book, accountId, filter.MinNs, filter.MaxNs);

    public bool IsTooOld(in BalanceRow row) => row.TimestampNs < filter.MinNs;

    public long PreviousOf(in BalanceRow row) => row.Previous;

    public void Write(in BalanceRow row, Span<byte> reply, long index)
    {
        AccountBalance balance = new()
        {
            DebitsPending = row.DebitsPending,
            DebitsPosted = row.DebitsPosted,
            CreditsPending = row.CreditsPending,
            CreditsPosted = row.CreditsPosted,
            Timestamp = row.TimestampNs,
        };
        MemoryMarshal.Write(reply[(int)(index * AccountBalance.Size)..], in balance);
    }
}
