using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>
/// The channels of the seats of one block: bit i of plane p is bit p of the number of seat i's channel, half a byte a
/// seat. Of an area or a whole table all bits are alike. Reached by its slot: the show's first + the block's number.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ChannelRow : ITableRow<NumberKey>
{
    public const int Size = 32;

    [FieldOffset(0)] public ulong Plane0;
    [FieldOffset(8)] public ulong Plane1;
    [FieldOffset(16)] public ulong Plane2;
    [FieldOffset(24)] public ulong Plane3;

    readonly NumberKey ITableRow<NumberKey>.Key => default;

    /// <summary>The seats that are in any channel.</summary>
    public readonly ulong All => Plane0 | Plane1 | Plane2 | Plane3;

    /// <summary>The seats of a channel; of 0 those that are in none.</summary>
    public readonly ulong Of(int channel) =>
        Of(Plane0, channel) & Of(Plane1, channel >> 1) & Of(Plane2, channel >> 2) & Of(Plane3, channel >> 3);

    /// <summary>Puts seats into a channel, or into none.</summary>
    public void Put(ulong seats, int channel)
    {
        Put(ref Plane0, seats, channel);
        Put(ref Plane1, seats, channel >> 1);
        Put(ref Plane2, seats, channel >> 2);
        Put(ref Plane3, seats, channel >> 3);
    }

    private static ulong Of(ulong plane, int bit) => (bit & 1) != 0 ? plane : ~plane;

    private static void Put(ref ulong plane, ulong seats, int bit) =>
        plane = (bit & 1) != 0 ? plane | seats : plane & ~seats;
}

/// <summary>
/// How a show's channels look to somebody: which seats are barred. The default bars nothing, as of a show without
/// channels and over the counter.
/// </summary>
/// <param name="store">Where the channels are.</param>
/// <param name="first">The show's first row.</param>
/// <param name="channel">The channel that is open to the viewer; 0 = none.</param>
internal readonly struct ChannelView(SeatStore store, int first, int channel)
{
    /// <summary>Whether anything may be barred.</summary>
    public bool Bars => store is not null;

    /// <summary>What a hold sees of its show.</summary>
    public static ChannelView Of(SeatStore store, in ShowRow show, int channel, HoldFlags flags) =>
        (show.Flags & ShowFlags.HasChannels) != 0 && (flags & HoldFlags.BoxOffice) == 0
            ? new ChannelView(store, show.FirstChannel, channel)
            : default;

    /// <summary>The seats of a block that are in channels of others. Only where something is barred.</summary>
    public ulong BarredOf(int block)
    {
        ref readonly ChannelRow row = ref store.Channels.Read(first + block);
        return row.All & ~row.Of(channel);
    }
}
