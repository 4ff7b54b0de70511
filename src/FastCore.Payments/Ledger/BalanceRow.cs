using System.Runtime.InteropServices;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The balances of an account with flag <c>history</c> after one of its transfers, 128 bytes. The link is a position
/// plus one.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct BalanceRow
{
    public const int Size = 128;

    [FieldOffset(0)] public UInt128 DebitsPending;

    [FieldOffset(16)] public UInt128 DebitsPosted;

    [FieldOffset(32)] public UInt128 CreditsPending;

    [FieldOffset(48)] public UInt128 CreditsPosted;

    [FieldOffset(64)] public UInt128 AccountId;

    [FieldOffset(80)] public ulong Book;

    [FieldOffset(88)] public ulong TimestampNs;

    /// <summary>Position of the transfer in the transfer history.</summary>
    [FieldOffset(96)] public long TransferPosition;

    /// <summary>Link to the account's balance before this one.</summary>
    [FieldOffset(104)] public long Previous;

    [FieldOffset(112)] public UInt128 Reserved;
}
