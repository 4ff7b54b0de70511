using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Simulation.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Seats.Lists;

/// <summary>
/// Draws requests about waiting lists: short lists of a few wishes each, some of which small houses never meet. What is
/// offered is booked, extended and given back by the requests about holds.
/// </summary>
internal sealed class ListRequests(SeatsRequests seats)
{
    private const ulong NsPerMs = 1_000_000;
    private const int Remembered = 12;

    // Far from the ids of holds, but now and then one of those is taken.
    private static readonly UInt128 First = UInt128.One << 64;

    private readonly SlidingIds _ids = new(8, 3);
    private readonly List<OpenWaitingList> _opened = [];
    private readonly List<(ulong Show, UInt128 Id)> _joined = [];

    /// <summary>Every other time the kind of show that is put on sale late, so that many are served at once.</summary>
    public static ulong ShowOf(ulong show, SeededRandom random) => random.OneIn(2)
        ? show
        : show - ((show - SmallHouses.FirstShow) % SmallHouses.ShowKinds) + 3;

    public OpenWaitingList Open(ulong show, ulong nowNs, SeededRandom random)
    {
        if (_opened.Count != 0 && random.OneIn(4))
        {
            OpenWaitingList again = random.Pick(_opened);
            return random.OneIn(2) ? again : Beyond(again, random);
        }

        OpenWaitingList request = new()
        {
            Show = show,
            EndsAt = random.OneIn(4) ? nowNs + random.Below(900 * NsPerMs) : 0,
            OfferMs = random.Pick([0u, 20u, 60u, 300u]),
            PlacesMax = random.Pick([4u, 30u, 200u]),
            EntriesPerBuyerMax = (ushort)random.Pick([0, 1, 3, 9]),
        };
        _opened.Add(request);
        _opened.RemoveRange(0, Math.Max(0, _opened.Count - Remembered));
        return random.OneIn(12) ? Beyond(request, random) : request;
    }

    public static CloseWaitingList Close(ulong show, SeededRandom random) =>
        new() { Show = show, Timestamp = random.OneIn(20) ? 1UL : 0 };

    public JoinWaitingList Join(ulong show, SeededRandom random)
    {
        ChartBlock[] chart = SmallHouses.ChartOf(show);
        JoinWaitingList request = new()
        {
            Id = random.OneIn(12) ? seats.HoldId(random) : First + _ids.Draw(random),
            Show = show,
            Buyer = 1 + random.Below(8UL),
            Channel = SeatsRequests.ChannelOf(random),
            UserData64 = random.Below(2UL),
        };
        if (random.OneIn(3))
        {
            request.Block = (uint)SeatsRequests.BlockOf(chart, random, ChartBlockKind.GeneralAdmission);
            request.Quantity = (ushort)(random.OneIn(10) ? random.Pick([20, 64, 1_000]) : random.Between(1, 4));
        }
        else
        {
            request.Count = (byte)(random.OneIn(8) ? random.Between(1, 16) : random.Between(1, 4));
            request.Accessible = (byte)(random.OneIn(6) ? 1 : 0);
            request.Flags = random.OneIn(4) ? HoldFlags.Together : 0;
            request.Categories = (ushort)(random.OneIn(4) ? random.Between(1, 3) : 0);
            request.Zone = (ushort)(random.OneIn(8) ? random.Pick([1, 2, 3, 9]) : 0);
        }

        request = random.OneIn(15) ? Beyond(request, random) : request;
        _joined.Add((show, request.Id));
        _joined.RemoveRange(0, Math.Max(0, _joined.Count - Remembered));
        seats.Remember(show, request.Id, default, 0, random);
        return request;
    }

    public LeaveWaitingList Leave(SeededRandom random)
    {
        (ulong show, UInt128 id) = Entry(random);
        LeaveWaitingList request = new() { Id = id, Show = show };
        switch (random.Below(60))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Id = 0; break;
            case 2: request.Id = UInt128.MaxValue; break;
            case 3: request.Id++; break;
        }

        return request;
    }

    /// <summary>An entry to refer to; now and then nobody's.</summary>
    public (ulong Show, UInt128 Id) Entry(SeededRandom random) => _joined.Count == 0 || random.OneIn(15)
        ? (seats.ShowOf(random), First + _ids.Name(random))
        : random.Pick(_joined);

    private static OpenWaitingList Beyond(OpenWaitingList request, SeededRandom random)
    {
        switch (random.Below(10))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved0 = 1; break;
            case 2: request.Reserved1 = 1; break;
            case 3: request.Reserved2 = 1; break;
            case 4: request.PlacesMax = random.Pick([0u, SeatLimits.WaitingPlacesMax + 1]); break;
            case 5: request.OfferMs = SeatLimits.HoldMsMax + 1; break;
            case 6: request.EndsAt = 1; break;
            case 7: request.Show += 1_000; break;
            case 8: request.EntriesPerBuyerMax++; break;
            default: request.PlacesMax++; break;
        }

        return request;
    }

    private static JoinWaitingList Beyond(JoinWaitingList request, SeededRandom random)
    {
        switch (random.Below(16))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Id = 0; break;
            case 2: request.Id = UInt128.MaxValue; break;
            case 3: request.Buyer = 0; break;
            case 4: request.Flags |= HoldFlags.Offered; break;
            case 5: request.Flags |= HoldFlags.BoxOffice; break;
            case 6: request.Channel = 16; break;
            case 7: request.Count = (byte)random.Pick([0, 17]); break;
            case 8: request.Accessible = 17; break;
            case 9: request.Quantity = 1_001; break;
            case 10: request.Block = (uint)random.Pick([1, 900]); break;
            case 11: request.Quantity = 1; break;
            case 12: request.Zone = 4; break;
            case 13: request.Categories = 1 << 14; break;
            case 14: request.Show += 1_000; break;
            default: request.Buyer++; break;
        }

        return request;
    }
}
