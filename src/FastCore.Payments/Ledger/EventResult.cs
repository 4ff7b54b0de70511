using System.Runtime.InteropServices;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The result of one event on the wire; <c>CreateAccountResult</c> and <c>CreateTransferResult</c> alike.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct EventResult
{
    public const int Size = 16;

    [FieldOffset(0)] public ulong TimestampNs;

    [FieldOffset(8)] public uint Status;

    [FieldOffset(12)] public uint Reserved;
}
