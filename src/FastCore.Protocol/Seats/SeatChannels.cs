using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>
/// Moves seats of one block from one channel to another, all of them or none: whoever holds seats without the number of
/// their channel finds them not available.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct MoveToChannel
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>
    /// Bit i: seat i of the block. Of an area or a table that is sold whole zero: it moves as a whole.
    /// </summary>
    [FieldOffset(8)] public ulong Seats;

    /// <summary>Number of the block.</summary>
    [FieldOffset(16)] public uint Block;

    /// <summary>The channel that all of them must be in; 0 = none.</summary>
    [FieldOffset(20)] public ushort From;

    /// <summary>The channel that they come to, 1 … <see cref="SeatLimits.ChannelsMax"/>; 0 = none.</summary>
    [FieldOffset(22)] public ushort To;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(24)] public ulong Timestamp;
}

/// <summary>The seats of one block that are in one channel.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ChannelSeats
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Version of the show that this is of.</summary>
    [FieldOffset(0)] public ulong Version;

    /// <summary>Bit i: seat i is in the channel, whatever its state; of an area its capacity.</summary>
    [FieldOffset(8)] public ulong Seats;

    /// <summary>Number of the block.</summary>
    [FieldOffset(16)] public uint Block;

    /// <summary>The channel.</summary>
    [FieldOffset(20)] public ushort Channel;

    /// <summary>Zero.</summary>
    [FieldOffset(22)] public ushort Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(24)] public ulong Reserved1;
}
