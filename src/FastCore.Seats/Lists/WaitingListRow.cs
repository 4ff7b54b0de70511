using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Lists;

/// <summary>The waiting list of a show: its terms and its counts.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct WaitingListRow : ITableRow<NumberKey>
{
    public const int Size = 96;

    [FieldOffset(0)] public ulong Show;
    [FieldOffset(8)] public int ShowSlot;
    [FieldOffset(12)] public WaitingListState State;

    /// <summary>1 = there was no room for one more hold, so some who wait might be served now.</summary>
    [FieldOffset(13)] public byte IsStalled;
    [FieldOffset(14)] public ushort EntriesPerBuyerMax;

    /// <summary>When its work goes on: offers, or forgetting after the end; 0 = there is none.</summary>
    [FieldOffset(16)] public ulong WorkDueNs;
    [FieldOffset(24)] public uint Places;
    [FieldOffset(28)] public uint PlacesMax;
    [FieldOffset(32)] public uint Waiting;
    [FieldOffset(36)] public uint Offered;
    [FieldOffset(40)] public uint OfferMs;

    /// <summary>After the end: places that were forgotten so far.</summary>
    [FieldOffset(44)] public uint Progress;
    [FieldOffset(48)] public ulong EndsAt;
    [FieldOffset(56)] public ulong CreatedAt;
    [FieldOffset(64)] public ulong EndedAt;
    [FieldOffset(72)] public ulong Reserved1;
    [FieldOffset(80)] public UInt128 Reserved2;

    readonly NumberKey ITableRow<NumberKey>.Key => new(Show);

    /// <summary>Timestamp of its last change by the house.</summary>
    public readonly ulong Timestamp => EndedAt == 0 ? CreatedAt : EndedAt;

    public readonly WaitingListRecord ToRecord() => new()
    {
        Show = Show,
        CreatedAt = CreatedAt,
        EndsAt = EndsAt,
        EndedAt = EndedAt,
        OfferMs = OfferMs,
        PlacesMax = PlacesMax,
        Places = Places,
        Waiting = Waiting,
        Offered = Offered,
        EntriesPerBuyerMax = EntriesPerBuyerMax,
        State = State,
        IsServing = State == WaitingListState.Open && WorkDueNs != 0 ? (byte)1 : (byte)0,
    };
}
