using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// A booking: one version of it in the history, and while something of it is under way its newest one in the table.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct BookingRow : ITableRow<ShowIdKey>
{
    public const int Size = 240;

    [FieldOffset(0)] public BookingRecord Record;
    [FieldOffset(192)] public long Previous;
    [FieldOffset(200)] public ulong Card;
    [FieldOffset(208)] public ulong Terminal;
    [FieldOffset(216)] public ulong Device;
    [FieldOffset(224)] public ushort Connector;
    [FieldOffset(226)] public ushort Method;
    [FieldOffset(228)] public int ShowSlot;

    /// <summary>Where the hold was when it was booked last; for the changes of its seats.</summary>
    [FieldOffset(232)] public long HoldPosition;

    readonly ShowIdKey ITableRow<ShowIdKey>.Key => new(Record.Show, Record.Id);

    /// <summary>Whether money moves for it.</summary>
    public readonly bool IsPaidHere => Record.Merchant != 0;

    /// <summary>Whether it was made together with others.</summary>
    public readonly bool IsLinked => (Record.Flags & (BookingFlags.Linked | BookingFlags.Joined)) != 0;
}
