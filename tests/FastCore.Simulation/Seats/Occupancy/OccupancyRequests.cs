using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Shows;
using FastCore.Testing;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>What buyers and banks send: mostly about what was sent a moment ago, in whatever state it is now.</summary>
internal sealed class OccupancyRequests(SeededRandom random, OccupancyLedger ledger)
{
    /// <summary>Elements of a request at most.</summary>
    public const int ElementsMax = 64;

    private const int Recent = 1_024;
    private const int BookingsAtEase = 700;
    private const ulong IdHalf = 0x5EA7;

    /// <summary>Payments and refunds that nobody answered yet.</summary>
    public List<BookingCall> Calls { get; } = [];

    /// <summary>Bookings that have seats.</summary>
    public List<int> Confirmed { get; } = [];

    public static int SizeOf(Operation operation) => operation switch
    {
        Operation.HoldSeats => HoldSeats.Size,
        Operation.HoldBestAvailable => HoldBestAvailable.Size,
        Operation.HoldGeneralAdmission => HoldGeneralAdmission.Size,
        Operation.ExtendHold or Operation.ReleaseHold => HoldChange.Size,
        Operation.BookHeld => BookHeld.Size,
        Operation.CancelBooking => CancelBooking.Size,
        Operation.EndBookingSteps => BookingOutcome.Size,
        Operation.CreateChart => ChartBlock.Size,
        Operation.CreateShow => CreateShow.Size,
        Operation.OpenWaitingList => OpenWaitingList.Size,
        Operation.JoinWaitingList => JoinWaitingList.Size,
        Operation.LeaveWaitingList => LeaveWaitingList.Size,
        _ => 0,
    };

    public static UInt128 HoldId(int hold) => new(IdHalf, (ulong)hold);

    public int AnyHold() => 1 + Math.Max(0, ledger.HoldCount - 1 - random.Below(Math.Min(Recent, ledger.HoldCount)));

    public Operation Choose()
    {
        if (ledger.HoldCount == 0)
        {
            return Operation.HoldSeats;
        }

        if (Calls.Count > 200 || (Calls.Count != 0 && random.OneIn(12)))
        {
            return Operation.EndBookingSteps;
        }

        if (random.OneIn(40))
        {
            bool isLong = ledger.Waiting.Count + ElementsMax > OccupancyHouse.WaitingMax;
            return ledger.Entries.Count != 0 && (isLong || random.OneIn(4))
                ? Operation.LeaveWaitingList
                : Operation.JoinWaitingList;
        }

        bool isFull = Confirmed.Count > BookingsAtEase;
        return random.Below(100) switch
        {
            < 36 => Operation.HoldSeats,
            < 44 => Operation.HoldBestAvailable,
            < 56 => Operation.HoldGeneralAdmission,
            < 64 => Operation.ExtendHold,
            < 76 => Operation.ReleaseHold,
            < 90 => isFull ? Operation.CancelBooking : Operation.BookHeld,
            < 95 => Operation.BookHeld,
            _ => ledger.BookingCount == 0 ? Operation.BookHeld : Operation.CancelBooking,
        };
    }

    /// <summary>Writes the elements of a request.</summary>
    /// <returns>How many there are.</returns>
    public int Fill(Operation operation, byte[] body, int count)
    {
        if (operation == Operation.EndBookingSteps)
        {
            count = Math.Min(count, Calls.Count);
        }

        int size = SizeOf(operation);
        Span<byte> elements = body.AsSpan(0, count * size);
        elements.Clear();
        for (int i = 0; i < count; i++)
        {
            Span<byte> element = elements.Slice(i * size, size);
            switch (operation)
            {
                case Operation.HoldSeats: Fill(ref MemoryMarshal.AsRef<HoldSeats>(element)); break;
                case Operation.HoldBestAvailable: Fill(ref MemoryMarshal.AsRef<HoldBestAvailable>(element)); break;
                case Operation.HoldGeneralAdmission:
                    Fill(ref MemoryMarshal.AsRef<HoldGeneralAdmission>(element));
                    break;
                case Operation.ExtendHold:
                case Operation.ReleaseHold:
                    Fill(ref MemoryMarshal.AsRef<HoldChange>(element), operation == Operation.ExtendHold);
                    break;
                case Operation.BookHeld: Fill(ref MemoryMarshal.AsRef<BookHeld>(element)); break;
                case Operation.JoinWaitingList: Fill(ref MemoryMarshal.AsRef<JoinWaitingList>(element)); break;
                case Operation.LeaveWaitingList: Fill(ref MemoryMarshal.AsRef<LeaveWaitingList>(element)); break;
                case Operation.CancelBooking: Fill(ref MemoryMarshal.AsRef<CancelBooking>(element)); break;
                default: Fill(ref MemoryMarshal.AsRef<BookingOutcome>(element)); break;
            }
        }

        return count;
    }

    // Sent again now and then, with the same content.
    private bool IsRepeated(out int hold)
    {
        hold = ledger.HoldCount != 0 && random.OneIn(20) ? AnyHold() : 0;
        return hold != 0;
    }

    private uint Lasts() => random.OneIn(3) ? 0 : (uint)random.Between(1, 300);

    private int NewHold(int show, uint expiresInMs)
    {
        int hold = ++ledger.HoldCount;
        ledger.Holds[hold] = new CountedHold { Show = (byte)show, ExpiresInMs = expiresInMs };
        return hold;
    }

    private void Fill(ref HoldSeats request)
    {
        if (!IsRepeated(out int hold) || ledger.Holds[hold].IsMoved || ledger.Holds[hold].Quantity != 0)
        {
            hold = NewHold(random.Below(OccupancyHouse.Shows), Lasts());
            ref CountedHold wanted = ref ledger.Holds[hold];
            wanted.Count = (byte)random.Between(1, 5);
            Pick(ref wanted);
        }

        ref readonly CountedHold known = ref ledger.Holds[hold];
        request.Id = HoldId(hold);
        request.Show = OccupancyHouse.FirstShow + known.Show;
        request.Buyer = (ulong)hold;
        request.ExpiresInMs = known.ExpiresInMs;
        request.Count = known.Count;
        request.Seats = known.Seats;
    }

    // Side by side mostly, now and then here and there, never one twice.
    private void Pick(ref CountedHold wanted)
    {
        bool isRun = !random.OneIn(4);
        int row = random.Below(OccupancyHouse.Rows);
        int first = random.Below(OccupancyHouse.RowSeats - wanted.Count);
        for (int i = 0; i < wanted.Count; i++)
        {
            wanted.Seats[i] = isRun
                ? SeatPlace.Of(row, first + i)
                : SeatPlace.Of((row + i) % OccupancyHouse.Rows, random.Below(OccupancyHouse.RowSeats));
        }
    }

    private void Fill(ref HoldBestAvailable request)
    {
        int hold = NewHold(random.Below(OccupancyHouse.Shows), Lasts());
        ref CountedHold wanted = ref ledger.Holds[hold];
        wanted.Count = (byte)random.Between(1, 8);
        wanted.IsMoved = true;
        request.Id = HoldId(hold);
        request.Show = OccupancyHouse.FirstShow + wanted.Show;
        request.ExpiresInMs = wanted.ExpiresInMs;
        request.Count = wanted.Count;
        request.Flags = random.OneIn(3) ? HoldFlags.Together : HoldFlags.None;
    }

    private void Fill(ref HoldGeneralAdmission request)
    {
        int hold = NewHold(random.Below(OccupancyHouse.Shows), Lasts());
        ref CountedHold wanted = ref ledger.Holds[hold];
        int block = OccupancyHouse.Rows + random.Below(OccupancyHouse.Areas + OccupancyHouse.Tables);
        wanted.Quantity = (uint)random.Between(1, OccupancyHouse.TableSeats);
        wanted.Seats[0] = SeatPlace.Of(block, 0);
        request.Id = HoldId(hold);
        request.Show = OccupancyHouse.FirstShow + wanted.Show;
        request.ExpiresInMs = wanted.ExpiresInMs;
        request.Block = (uint)block;
        request.Quantity = wanted.Quantity;
    }

    private void Fill(ref JoinWaitingList request)
    {
        int entry = NewHold(OccupancyHouse.ListShow, OccupancyHouse.OfferMs);
        ref CountedHold wish = ref ledger.Holds[entry];
        wish.IsMoved = true;
        if (random.OneIn(4))
        {
            wish.Quantity = (uint)random.Between(1, OccupancyHouse.TableSeats);
            request.Block = (uint)(OccupancyHouse.Rows + random.Below(OccupancyHouse.Areas + OccupancyHouse.Tables));
            request.Quantity = (ushort)wish.Quantity;
            wish.Seats[0] = SeatPlace.Of((int)request.Block, 0);
        }
        else
        {
            wish.Count = (byte)random.Between(1, 8);
            wish.IsTogether = random.OneIn(2);
            request.Count = wish.Count;
            request.Flags = wish.IsTogether ? HoldFlags.Together : HoldFlags.None;
        }

        request.Id = HoldId(entry);
        request.Show = OccupancyHouse.FirstShow + OccupancyHouse.ListShow;
        request.Buyer = (ulong)entry;
    }

    // Mostly one who waits, else one who has had his turn.
    private void Fill(ref LeaveWaitingList request)
    {
        List<int> some = ledger.Waiting.Count != 0 && !random.OneIn(3) ? ledger.Waiting : ledger.Entries;
        request.Id = HoldId(some[^(1 + random.Below(Math.Min(some.Count, OccupancyHouse.WaitingMax)))]);
        request.Show = OccupancyHouse.FirstShow + OccupancyHouse.ListShow;
    }

    private void Fill(ref HoldChange request, bool isExtension)
    {
        int hold = AnyHold();
        ref readonly CountedHold known = ref ledger.Holds[hold];
        request.Hold = HoldId(hold);
        request.Show = OccupancyHouse.FirstShow + known.Show;
        if (isExtension)
        {
            request.ExpiresInMs = Lasts();
        }
        else if (known.Count != 0 && random.OneIn(3))
        {
            request.Count = 1;
            request.Seats[0] = known.Seats[random.Below(known.Count)];
        }
    }

    private void Fill(ref BookHeld request)
    {
        int booking = ledger.BookingCount != 0 && random.OneIn(15)
            ? Math.Max(1, ledger.BookingCount - random.Below(Recent))
            : 0;
        if (booking == 0)
        {
            booking = ++ledger.BookingCount;
            ledger.Bookings[booking] = new CountedBooking
            {
                Hold = AnyHold(),
                Flags = (BookingFlags)random.Below(4),
            };
        }

        ref readonly CountedBooking known = ref ledger.Bookings[booking];
        request.Id = HoldId(booking);
        request.Show = OccupancyHouse.FirstShow + ledger.Holds[known.Hold].Show;
        request.Hold = HoldId(known.Hold);
        request.Flags = known.Flags;
    }

    private void Fill(ref CancelBooking request)
    {
        int booking = Confirmed.Count != 0 && !random.OneIn(10)
            ? Confirmed[random.Below(Confirmed.Count)]
            : 1 + random.Below(ledger.BookingCount);
        request.Id = HoldId(booking);
        request.Show = OccupancyHouse.FirstShow + ledger.Holds[ledger.Bookings[booking].Hold].Show;
    }

    // In any order, so that some payments land long after their holds have expired; some are told twice.
    private void Fill(ref BookingOutcome request)
    {
        int at = random.Below(Calls.Count);
        BookingCall call = Calls[at];
        if (!random.OneIn(10) || Calls.Count > 100)
        {
            Calls[at] = Calls[^1];
            Calls.RemoveAt(Calls.Count - 1);
        }

        request.Id = call.Id;
        request.Show = call.Show;
        request.Step = call.Step;
        request.IsDone = (byte)(random.OneIn(6) ? 0 : 1);
    }
}
