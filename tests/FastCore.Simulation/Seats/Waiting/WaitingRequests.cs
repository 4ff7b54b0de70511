using System.Buffers.Binary;
using System.Security.Cryptography;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Testing;

namespace FastCore.Simulation.Seats.Waiting;

/// <summary>
/// Draws requests about the waiting rooms of some shows: small ones, so that they fill, with turns so short that all
/// that can happen to a turn does.
/// </summary>
internal sealed class WaitingRequests
{
    private const ulong NsPerMs = 1_000_000;
    private const int Remembered = 6;

    private readonly List<OpenWaitingRoom> _opened = [];

    /// <summary>Of six kinds of shows the last two have waiting rooms; asked for are now and then the others.</summary>
    public static ulong ShowOf(ulong show, SeededRandom random) => random.OneIn(15)
        ? show
        : show - ((show - SmallHouses.FirstShow) % SmallHouses.ShowKinds) + 4 + random.Below(2UL);

    public static ulong Buyer(SeededRandom random) => 1 + random.Below(random.OneIn(4) ? 7UL : 4UL);

    public OpenWaitingRoom Open(ulong show, ulong nowNs, SeededRandom random)
    {
        if (_opened.Count != 0 && random.OneIn(4))
        {
            OpenWaitingRoom again = random.Pick(_opened);
            return random.OneIn(2) ? again : Beyond(again, random);
        }

        OpenWaitingRoom request = new()
        {
            Show = show,
            OpensAt = random.OneIn(12) ? nowNs - 1 : nowNs + (5 * NsPerMs) + random.Below(60 * NsPerMs),
            Commitment = WaitingDraw.CommitmentOf(SeedOf(show)),
            SessionsMax = (uint)random.Between(1, 3),
            PlacesMax = random.Pick([3u, 9u, 40u]),
            CallMs = random.Pick([30u, 150u, 800u]),
            SessionMs = random.Pick([40u, 300u]),
            SessionMsMax = random.Pick([300u, 900u]),
        };
        _opened.Add(request);
        _opened.RemoveRange(0, Math.Max(0, _opened.Count - Remembered));
        return random.OneIn(12) ? Beyond(request, random) : request;
    }

    public static DrawWaitingRoom Draw(ulong show, SeededRandom random) => new()
    {
        Show = show,
        Seed = SeedOf(random.OneIn(8) ? show + 1 : show),
        Reserved = random.OneIn(30) ? 1UL : 0,
    };

    public static WaitingChange Change(ulong show, SeededRandom random) => Beyond(
        new WaitingChange { Show = show, Buyer = Buyer(random) }, random);

    public static WaitingChange Close(ulong show, SeededRandom random)
    {
        WaitingChange request = new() { Show = show };
        switch (random.Below(20))
        {
            case 0: request.Buyer = 1; break;
            case 1: request.Reserved = 1; break;
            case 2: request.Timestamp = 1; break;
        }

        return request;
    }

    // No client knows what a call says, so how often a buyer was called is guessed.
    public static EnterWaitingRoom Enter(ulong show, ulong nowNs, SeededRandom random)
    {
        EnterWaitingRoom request = new()
        {
            Show = show,
            Buyer = Buyer(random),
            Session = 1 + (UInt128)random.Below(random.OneIn(5) ? 3UL : 1UL),
            ExpiresAt = random.OneIn(15) ? nowNs : nowNs + (10_000 * NsPerMs),
            Calls = (uint)(random.OneIn(3) ? random.Below(4) : 1),
        };
        switch (random.Below(40))
        {
            case 0: request.Reserved0 = 1; break;
            case 1: request.Reserved1 = 1; break;
            case 2: request.Timestamp = 1; break;
            case 3: request.Session = 0; break;
            case 4: request.Buyer = 0; break;
        }

        request.Signature = WaitingTicket.Sign(
            SeatsModelOptions.TicketKey, request.Show, request.Buyer, request.ExpiresAt, request.Calls);
        return request;
    }

    private static Hash256 SeedOf(ulong show)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, show);
        return Hash256.Of(SHA256.HashData(number));
    }

    private static WaitingChange Beyond(WaitingChange request, SeededRandom random)
    {
        switch (random.Below(50))
        {
            case 0: request.Buyer = 0; break;
            case 1: request.Reserved = 1; break;
            case 2: request.Timestamp = 1; break;
        }

        return request;
    }

    private static OpenWaitingRoom Beyond(OpenWaitingRoom request, SeededRandom random)
    {
        switch (random.Below(11))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved = 1; break;
            case 2: request.SessionsMax = random.Pick([0u, SeatLimits.WaitingSessionsMax + 1]); break;
            case 3: request.PlacesMax = random.Pick([0u, SeatLimits.WaitingPlacesMax + 1]); break;
            case 4: request.CallMs = random.Pick([0u, SeatLimits.WaitingMsMax + 1]); break;
            case 5: request.SessionMs = random.Pick([0u, request.SessionMsMax + 1]); break;
            case 6: request.SessionMsMax = random.Pick([0u, SeatLimits.WaitingMsMax + 1]); break;
            case 7: request.Commitment = default; break;
            case 8: request.SessionsMax++; break;
            case 9: request.CallMs++; break;
            default: request.OpensAt++; break;
        }

        return request;
    }
}
