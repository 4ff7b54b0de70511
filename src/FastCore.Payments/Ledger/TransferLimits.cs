using System.Runtime.CompilerServices;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>What balances allow. Hot: no allocation, no exception; every sum is checked before it is written.</summary>
internal static class TransferLimits
{
    /// <summary>Whether a balance would pass 2^128 − 1; Created when none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CreateTransferStatus Overflow(in Account debit, in Account credit, UInt128 amount, bool isPending)
    {
        // Two bits to spare in each of the three summands: no sum of them can overflow.
        ulong high = High(amount) | High(debit.DebitsPending) | High(debit.DebitsPosted)
            | High(credit.CreditsPending) | High(credit.CreditsPosted);
        return high >> 62 == 0
            ? CreateTransferStatus.Created
            : OverflowOfLargeSums(debit, credit, amount, isPending);
    }

    /// <summary>
    /// Whether a limit of an account forbids the amount; Created when none does. Sums were checked before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CreateTransferStatus Excess(in Account debit, in Account credit, UInt128 amount)
    {
        if ((debit.Flags & AccountFlags.DebitsMustNotExceedCredits) != 0
            && unchecked(debit.DebitsPending + debit.DebitsPosted + amount) > debit.CreditsPosted)
        {
            return CreateTransferStatus.ExceedsCredits;
        }

        if ((credit.Flags & AccountFlags.CreditsMustNotExceedDebits) != 0
            && unchecked(credit.CreditsPending + credit.CreditsPosted + amount) > credit.DebitsPosted)
        {
            return CreateTransferStatus.ExceedsDebits;
        }

        return CreateTransferStatus.Created;
    }

    /// <summary>
    /// At most <paramref name="amount"/>, and no more than keeps the balancing sides within their bounds.
    /// </summary>
    public static UInt128 Balance(in Account debit, in Account credit, UInt128 amount, TransferFlags flags)
    {
        if ((flags & TransferFlags.BalancingDebit) != 0)
        {
            amount = UInt128.Min(
                amount,
                LeftUnder(debit.CreditsPosted, debit.DebitsPending, debit.DebitsPosted));
        }

        if ((flags & TransferFlags.BalancingCredit) != 0)
        {
            amount = UInt128.Min(
                amount,
                LeftUnder(credit.DebitsPosted, credit.CreditsPending, credit.CreditsPosted));
        }

        return amount;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CreateTransferStatus OverflowOfLargeSums(
        in Account debit, in Account credit, UInt128 amount, bool isPending)
    {
        if (isPending && Overflows(amount, debit.DebitsPending))
        {
            return CreateTransferStatus.OverflowsDebitsPending;
        }

        if (isPending && Overflows(amount, credit.CreditsPending))
        {
            return CreateTransferStatus.OverflowsCreditsPending;
        }

        if (Overflows(amount, debit.DebitsPosted))
        {
            return CreateTransferStatus.OverflowsDebitsPosted;
        }

        if (Overflows(amount, credit.CreditsPosted))
        {
            return CreateTransferStatus.OverflowsCreditsPosted;
        }

        if (Overflows(debit.DebitsPending, debit.DebitsPosted)
            || Overflows(amount, unchecked(debit.DebitsPending + debit.DebitsPosted)))
        {
            return CreateTransferStatus.OverflowsDebits;
        }

        if (Overflows(credit.CreditsPending, credit.CreditsPosted)
            || Overflows(amount, unchecked(credit.CreditsPending + credit.CreditsPosted)))
        {
            return CreateTransferStatus.OverflowsCredits;
        }

        return CreateTransferStatus.Created;
    }

    private static bool Overflows(UInt128 a, UInt128 b) => a > UInt128.MaxValue - b;

    private static UInt128 LeftUnder(UInt128 bound, UInt128 pending, UInt128 posted)
    {
        if (Overflows(pending, posted) || pending + posted >= bound)
        {
            return UInt128.Zero;
        }

        return bound - (pending + posted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(UInt128 value) => (ulong)(value >> 64);
}
