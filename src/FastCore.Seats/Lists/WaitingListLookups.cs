using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Lists;

/// <summary>What is read of waiting lists.</summary>
internal sealed class WaitingListLookups(SeatStore all)
{
    private const int RowsPerSlice = 512;

    private readonly WaitingListStore _store = all.Lists;

    /// <summary>Answers one slice of a read.</summary>
    /// <returns>True when the answer is whole.</returns>
    public bool Read(
        Operation operation, ulong show, ReadOnlySpan<byte> elements, ref ReadCursor cursor, Span<byte> reply,
        out int length)
    {
        switch (operation)
        {
            case Operation.GetWaitingList:
                length = GetList(show, MemoryMarshal.Read<ulong>(elements), reply);
                return true;
            case Operation.GetWaitingListEntry:
                return GetEntries(show, MemoryMarshal.Cast<byte, UInt128>(elements), ref cursor, reply, out length);
            default:
                return List(show, MemoryMarshal.Read<SeatFilter>(elements), ref cursor, reply, out length);
        }
    }

    private int GetList(ulong key, ulong show, Span<byte> reply)
    {
        int slot = key == show ? _store.Find(show) : -1;
        if (slot < 0)
        {
            return 0;
        }

        MemoryMarshal.Write(reply, _store.Lists.Read(slot).ToRecord());
        return WaitingListRecord.Size;
    }

    private bool GetEntries(
        ulong show, ReadOnlySpan<UInt128> ids, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        int end = Math.Min(ids.Length, (int)progress.Next + RowsPerSlice);
        for (int i = (int)progress.Next; i < end; i++)
        {
            if (_store.TryGet(show, ids[i], out WaitingListEntryRow entry))
            {
                MemoryMarshal.Write(reply[progress.Length..], RecordOf(entry));
                progress.Length += WaitingListEntry.Size;
            }
        }

        progress.Next = (uint)end;
        length = progress.Length;
        return end == ids.Length;
    }

    private bool List(ulong show, in SeatFilter filter, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        length = 0;
        int slot = _store.Find(show);
        if (slot < 0 || filter.Place != 0 || _store.Lists.Read(slot).State == WaitingListState.Ended)
        {
            return true;
        }

        // Between slices others join and leave; the places of those who stay do not change.
        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        WaitingListLine line = _store.LineOf(slot);
        int limit = (int)Math.Min(filter.Limit, Limits.ElementsPerRequestMax) * WaitingListEntry.Size;
        uint place = (uint)Math.Min(Math.Max(filter.From, progress.Next), uint.MaxValue - 1);
        for (int rows = 0; rows < RowsPerSlice && progress.Length < limit; rows++)
        {
            place = line.After(place);
            int entry = line.SlotAt(place);
            if (entry < 0)
            {
                length = progress.Length;
                return true;
            }

            MemoryMarshal.Write(reply[progress.Length..], RecordOf(_store.Entries.Read(entry)));
            progress.Length += WaitingListEntry.Size;
            progress.Next = place;
        }

        length = progress.Length;
        return progress.Length >= limit;
    }

    private WaitingListEntry RecordOf(in WaitingListEntryRow entry)
    {
        WaitingListEntry record = entry.ToRecord();
        if (entry.State == WaitingListEntryState.Waiting)
        {
            record.Position = _store.LineOf(_store.Find(entry.Show)).PositionOf(entry.Place);
        }
        else if (entry.State == WaitingListEntryState.Offered)
        {
            record.ExpiresAt = all.Holds.Read(all.Holds.Find(new ShowIdKey(entry.Show, entry.Id))).ExpiresAt;
        }

        return record;
    }

    private struct Progress
    {
        public uint Next;
        public int Length;
    }
}
