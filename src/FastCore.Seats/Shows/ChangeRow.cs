using System.Runtime.InteropServices;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// A change of seats of one block. Two chains lead back: through the changes of the show, and through those of the
/// block.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ChangeRow
{
    public const int Size = 64;

    [FieldOffset(0)] public ulong Version;
    [FieldOffset(8)] public ulong Timestamp;
    [FieldOffset(16)] public ulong Seats;

    /// <summary>Position of the show's change before; −1 = none.</summary>
    [FieldOffset(24)] public long PreviousOfShow;

    /// <summary>Position of the block's change before + 1; 0 = none.</summary>
    [FieldOffset(32)] public ulong PreviousOfBlock;

    /// <summary>Position of the version of the hold that changed with it; −1 = none did.</summary>
    [FieldOffset(40)] public long Hold;
    [FieldOffset(48)] public uint Block;
    [FieldOffset(52)] public uint Principal;
    [FieldOffset(56)] public SeatState From;
    [FieldOffset(57)] public SeatState To;
    [FieldOffset(58)] public ushort Channel;
    [FieldOffset(60)] public uint Reserved1;
}
