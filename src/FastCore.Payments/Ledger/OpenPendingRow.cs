using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>Position of a pending transfer in the transfer history as a table key.</summary>
internal readonly struct PendingKey(long position) : ITableKey<PendingKey>
{
    public readonly long Position = position;

    public ulong Hash64() => KeyHash.Of((ulong)Position, 2);

    public bool Equals(PendingKey other) => Position == other.Position;

    public override bool Equals(object? obj) => obj is PendingKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();
}

/// <summary>
/// A pending transfer that is neither posted, voided nor expired: all that its resolution needs, so that the row in the
/// history, long on disk by then, is not read.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct OpenPendingRow : ITableRow<PendingKey>
{
    [FieldOffset(0)] public UInt128 Id;

    [FieldOffset(16)] public UInt128 Amount;

    [FieldOffset(32)] public UInt128 UserData128;

    [FieldOffset(48)] public ulong UserData64;

    [FieldOffset(56)] public uint UserData32;

    [FieldOffset(60)] public ushort Code;

    [FieldOffset(62)] public TransferFlags Flags;

    /// <summary>Nanoseconds at which it expires; 0 = never.</summary>
    [FieldOffset(64)] public ulong ExpiresNs;

    /// <summary>Position of its row in the transfer history; the key.</summary>
    [FieldOffset(72)] public long Position;

    [FieldOffset(80)] public ulong Book;

    [FieldOffset(88)] public int DebitSlot;

    [FieldOffset(92)] public int CreditSlot;

    /// <summary>1 when the record index has its id, 0 for a leg.</summary>
    [FieldOffset(96)] public uint IsIndexed;

    [FieldOffset(100)] public uint Reserved0;

    [FieldOffset(104)] public ulong Reserved1;

    public readonly PendingKey Key => new(Position);
}
