using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>
/// The waiting list of the show that has one: in the order of joining, who could have what he wishes for must have been
/// offered it, of seats that are nobody's, and nobody else.
/// </summary>
internal sealed class OccupancyLists(OccupancyLedger ledger, OccupancyReport report, SeatsMachine machine)
{
    private const ulong NsPerMs = 1_000_000;
    private const ulong Show = OccupancyHouse.FirstShow + OccupancyHouse.ListShow;

    private readonly byte[] _asked = new byte[BookPrefix.Size + (OccupancyHouse.WaitingMax * 16)];
    private readonly byte[] _reply = new byte[OccupancyHouse.WaitingMax * WaitingListEntry.Size];

    private long _offers;

    // Seats of the rows that are left for whoever is looked at.
    private (int Free, int Run) _free;

    /// <summary>A buyer joins; whether he is offered something at once is learned afterwards.</summary>
    public string? Joined(int entry, in SeatResult result)
    {
        ledger.Waiting.Add(entry);
        ledger.Entries.Add(entry);
        report.Listed++;
        return result.Code == SeatStatus.Ok ? null : $"Entry {entry} was not let onto the list: {result.Code}.";
    }

    /// <summary>A buyer leaves: whoever waits waits no more, and an offer is given back.</summary>
    public string? Left(int entry, in SeatResult result)
    {
        ledger.Waiting.Remove(entry);
        if (ledger.StateOf(entry) == HoldState.Held)
        {
            ledger.Holds[entry].State = HoldState.Released;
        }

        return result.Code == SeatStatus.Ok ? null : $"Entry {entry} could not leave the list: {result.Code}.";
    }

    /// <summary>Reads what those who wait were offered, and compares it with what they had to be.</summary>
    /// <param name="isForced">Whether it looks for somebody who was passed over even if nobody was offered anything.
    /// </param>
    /// <returns>Null, or the first who was passed over, or was given what others have.</returns>
    public string? Learn(bool isForced)
    {
        if (ledger.Waiting.Count == 0 || (_offers == machine.Counters.Offers && !isForced))
        {
            return null;
        }

        _offers = machine.Counters.Offers;
        int[] waiting = [.. ledger.Waiting];
        MemoryMarshal.Write(_asked, new BookPrefix { Book = Show });
        Span<UInt128> ids = MemoryMarshal.Cast<byte, UInt128>(_asked.AsSpan(BookPrefix.Size));
        for (int i = 0; i < waiting.Length; i++)
        {
            ids[i] = OccupancyRequests.HoldId(waiting[i]);
        }

        Read(Operation.GetWaitingListEntry, waiting.Length, _reply);
        _free = ledger.FreeOf(OccupancyHouse.ListShow);
        string? broken = null;
        for (int i = 0; broken is null && i < waiting.Length; i++)
        {
            broken = Compare(waiting[i], MemoryMarshal.Cast<byte, WaitingListEntry>(_reply)[i].State);
        }

        return broken;
    }

    // Those before it have what they were offered already, those behind it not yet.
    private string? Compare(int entry, WaitingListEntryState state)
    {
        ref CountedHold wish = ref ledger.Holds[entry];
        bool canHave = wish.Quantity != 0 ? ledger.BlockedOf(entry) == 0
            : (wish.IsTogether ? _free.Run : _free.Free) >= wish.Count;
        if (state != (canHave ? WaitingListEntryState.Offered : WaitingListEntryState.Waiting))
        {
            return $"Entry {entry}, which wants {wish.Count} seats or {wish.Quantity} places, is {state}; "
                + $"{_free.Free} seats are free, {_free.Run} side by side, and it {(canHave ? "must" : "must not")} be "
                + "offered them.";
        }

        return canHave ? Offered(entry) : null;
    }

    private string? Offered(int entry)
    {
        ref CountedHold offer = ref ledger.Holds[entry];
        MemoryMarshal.Write(_asked.AsSpan(BookPrefix.Size), OccupancyRequests.HoldId(entry));
        HoldRecord record = default;
        Read(Operation.GetHold, 1, MemoryMarshal.AsBytes(new Span<HoldRecord>(ref record)));
        offer.Seats = record.Seats;
        ulong untilNs = ledger.NowNs + (OccupancyHouse.OfferMs * NsPerMs);
        if (record.State != HoldState.Held || record.ExpiresAt != untilNs)
        {
            return $"The offer of entry {entry} is {record.State} until {record.ExpiresAt}, it must be held until "
                + $"{untilNs}.";
        }

        if (ledger.BlockedOf(entry) != 0)
        {
            report.DoubleBooked++;
            return $"Entry {entry} was offered what others have: {ledger.Describe(offer)}";
        }

        offer.State = HoldState.Held;
        offer.CreatedNs = record.CreatedAt;
        offer.UntilNs = untilNs;
        ledger.Give(entry);
        ledger.Waiting.Remove(entry);
        _free = ledger.FreeOf(OccupancyHouse.ListShow);
        report.Holds++;
        report.Offers++;
        return null;
    }

    private void Read(Operation operation, int count, Span<byte> reply)
    {
        CommandHeader header = new() { Operation = (ushort)operation, Count = (uint)count };
        ReadCursor cursor = default;
        _ = machine.Read(header, _asked.AsSpan(0, BookPrefix.Size + (count * 16)), ref cursor, reply, out _);
    }
}
