using System.Runtime.InteropServices;

namespace FastCore.Protocol.Ledger;

/// <summary>Result of one transfer, 16 bytes: 0 u64 timestamp, 8 u32 status, 12 u32 reserved (zero).</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CreateTransferResult
{
    /// <summary>Bytes of a result.</summary>
    public const int Size = 16;

    /// <summary>Created or exists: the transfer's timestamp. Else: the timestamp the event was refused at.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>The outcome.</summary>
    [FieldOffset(8)] public CreateTransferStatus Status;

    /// <summary>Zero.</summary>
    [FieldOffset(12)] public uint Reserved;
}
