using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;

namespace FastCore.Seats.Shows;

/// <summary>
/// Brings into memory what a batch will touch: index entries first, then the rows they lead to. New holds and those
/// that hold need no row, so for them this has work only while something is on disk.
/// </summary>
internal sealed class SeatPrefetch(SeatStore store, HoldsAhead ahead)
{
    private readonly ulong[] _shows = new ulong[SeatLimits.LinkedHoldsMax];
    private RecordKey[] _keys = new RecordKey[1024];
    private int _count;

    public void Clear() => _count = 0;

    public void Begin(Operation operation, ReadOnlySpan<byte> body)
    {
        bool isOnDisk = store.Index.NeedsPrefetch || store.HoldHistory.NeedsPrefetch || store.Bookings.NeedsPrefetch
            || store.Lists.Ended.NeedsPrefetch;
        if (!isOnDisk)
        {
            return;
        }

        switch (operation)
        {
            case Operation.HoldSeats:
                Begin(body, HoldSeats.Size, RecordKinds.Hold);
                break;
            case Operation.HoldBestAvailable:
                Begin(body, HoldBestAvailable.Size, RecordKinds.Hold);
                break;
            case Operation.HoldGeneralAdmission:
                Begin(body, HoldGeneralAdmission.Size, RecordKinds.Hold);
                break;
            case Operation.ExtendHold:
            case Operation.ReleaseHold:
                Begin(MemoryMarshal.Cast<byte, HoldChange>(body));
                break;
            case Operation.BookHeld:
                Begin(body, BookHeld.Size, RecordKinds.Booking);
                Begin(MemoryMarshal.Cast<byte, BookHeld>(body));
                break;
            case Operation.JoinWaitingList:
                Begin(body, JoinWaitingList.Size, RecordKinds.WaitingListEntry);
                Begin(body, JoinWaitingList.Size, RecordKinds.Hold);
                break;
            case Operation.LeaveWaitingList:
                Begin(body, LeaveWaitingList.Size, RecordKinds.WaitingListEntry);
                Begin(body, LeaveWaitingList.Size, RecordKinds.Hold);
                break;
            case Operation.CancelBooking:
                Begin(body, CancelBooking.Size, RecordKinds.Booking);
                break;
            case Operation.EndBookingSteps:
                Begin(MemoryMarshal.Cast<byte, BookingOutcome>(body));
                break;
        }
    }

    public void Complete()
    {
        if (_count == 0)
        {
            return;
        }

        store.Index.CompletePrefetch();
        for (int i = 0; i < _count; i++)
        {
            store.Index.HintAhead(_keys.AsSpan(0, _count), i);
            if (!store.Index.TryGet(_keys[i], out ulong position))
            {
                continue;
            }

            byte kind = (byte)(_keys[i].Scope >> 56);
            if (kind == RecordKinds.Hold)
            {
                store.HoldHistory.Prefetch((long)position);
                continue;
            }

            if (kind == RecordKinds.WaitingListEntry)
            {
                store.Lists.Ended.Prefetch((long)position);
                continue;
            }

            FetchBookings((long)position);
        }

        _count = 0;
    }

    // Giving a booking back changes the hold that it was made from, and all that were made together with it. Those of
    // cold ones are looked for here one by one: they are few.
    private void FetchBookings(long position)
    {
        store.Bookings.Prefetch(position);
        BookingRow booking = store.Bookings.Get(position);
        store.HoldHistory.Prefetch(booking.HoldPosition);
        if (!booking.IsLinked)
        {
            return;
        }

        foreach (ulong show in _shows.AsSpan(0, store.ShowsOf(booking, _shows)))
        {
            BookingRow each = store.BookingOf(booking.Record.Id, show, out long at);
            store.Bookings.Prefetch(at);
            store.HoldHistory.Prefetch(each.HoldPosition);
        }
    }

    // Every element begins with its id and its show.
    private void Begin(ReadOnlySpan<byte> body, int stride, byte kind)
    {
        int first = _count;
        for (int at = 0; at + stride <= body.Length; at += stride)
        {
            UInt128 id = MemoryMarshal.Read<UInt128>(body[at..]);
            Add(RecordKey.Of(id, kind, MemoryMarshal.Read<ulong>(body[(at + 16)..]) & Limits.BookMax));
        }

        FetchFrom(first);
    }

    private void Begin(ReadOnlySpan<BookHeld> requests)
    {
        int first = _count;
        foreach (ref readonly BookHeld request in requests)
        {
            Add(HoldKey.Of(request.Hold, request.Show));
        }

        FetchFrom(first);
    }

    // A hold that holds is whole in its table; only of one that ended before this batch something may be on disk.
    private void Begin(ReadOnlySpan<HoldChange> requests)
    {
        int first = _count;
        for (int i = 0; i < requests.Length; i++)
        {
            ahead.HintAtEntries(requests, i);
            if (!store.Holds.MayContain(new ShowIdKey(requests[i].Show, requests[i].Hold)))
            {
                Add(HoldKey.Of(requests[i].Hold, requests[i].Show));
            }
        }

        FetchFrom(first);
    }

    private void Begin(ReadOnlySpan<BookingOutcome> outcomes)
    {
        int first = _count;
        foreach (ref readonly BookingOutcome outcome in outcomes)
        {
            AddHoldOf(outcome);
        }

        FetchFrom(first);
    }

    // A payment that lands late takes the seats of its hold again.
    private void AddHoldOf(in BookingOutcome outcome)
    {
        int slot = store.UnderWay.Find(new ShowIdKey(outcome.Show, outcome.Id));
        if (slot >= 0)
        {
            if (store.UnderWay.Read(slot).IsLinked)
            {
                Add(RecordKey.Of(outcome.Id, RecordKinds.Booking, outcome.Show));
            }

            UInt128 hold = store.UnderWay.Read(slot).Record.Hold;
            Add(HoldKey.Of(hold, outcome.Show));
        }
    }

    // Of the keys from the first on those stay that may be there; nearly all ids of a batch are new.
    private void FetchFrom(int first) => _count = first + store.Index.Prefetch(_keys.AsSpan(first, _count - first));

    private void Add(in RecordKey key)
    {
        if (_count == _keys.Length)
        {
            // Grows to the largest batch ever seen, then allocates no more.
            Array.Resize(ref _keys, _keys.Length * 2);
        }

        _keys[_count++] = key;
    }
}
