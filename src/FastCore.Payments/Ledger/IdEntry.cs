using System.Runtime.CompilerServices;

namespace FastCore.Payments.Ledger;

/// <summary>What became of an id.</summary>
internal enum IdState : byte
{
    /// <summary>A transfer that is not pending.</summary>
    Final = 0,

    /// <summary>A pending transfer, still open.</summary>
    Pending = 1,

    /// <summary>A pending transfer that was posted.</summary>
    Posted = 2,

    /// <summary>A pending transfer that was voided.</summary>
    Voided = 3,

    /// <summary>A pending transfer that expired.</summary>
    Expired = 4,

    /// <summary>No transfer: the id was used up by a transient failure.</summary>
    Refused = 7,
}

/// <summary>The value of a transfer's id in the record index: position in bits 0–55, state above.</summary>
internal readonly struct IdEntry
{
    private const int StateShift = 56;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IdEntry(ulong value) => Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IdEntry(long position, IdState state) => Value = (ulong)position | ((ulong)state << StateShift);

    public ulong Value { get; }

    public long Position => (long)(Value & ((1UL << StateShift) - 1));

    public IdState State => (IdState)(Value >> StateShift);
}
