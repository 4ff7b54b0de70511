using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Testing;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>Best available against a twin that lists every candidate and sorts.</summary>
public sealed class BestAvailableTests : IDisposable
{
    private readonly SeatsRig _rig = new() { ChecksEachBatch = false };

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T9_it_takes_seats_side_by_side_near_the_focus_and_leaves_no_single_seat()
    {
        _rig.Open(
            SeatsRig.ShowOf(),
            SeatsRig.Row(10, rank: 2, focus: 5),
            SeatsRig.Row(10, rank: 1, focus: 5) with { Aisles = 1 << 4 });
        BestSeatsResult two = Best(1, 2);
        Assert.Equal((SeatResultFlags.Together, 64u + 5, 64u + 6), (two.Flags, two.Seats[0], two.Seats[1]));

        // 7, 8, 9 are left right of the aisle: two of them would leave one, so the left side is taken.
        BestSeatsResult next = Best(2, 2);
        Assert.Equal((64u + 3, 64u + 4), (next.Seats[0], next.Seats[1]));
        Assert.Equal(SeatStatus.NotTogether, Best(3, 11, HoldFlags.Together).Code);
        BestSeatsResult apart = Best(4, 11);
        Assert.Equal((SeatStatus.Ok, SeatResultFlags.None), (apart.Code, apart.Flags));
        Assert.Equal(SeatStatus.NotEnoughSeats, Best(5, 6).Code);
        Assert.Equal(SeatsOf(apart), SeatsOf(Best(4, 11)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void T9_it_finds_what_a_search_through_all_candidates_finds(ulong seed)
    {
        SeededRandom random = new(seed);
        for (int round = 0; round < 40; round++)
        {
            ulong show = (ulong)(100 + round);
            ChartBlock[] blocks = [.. Enumerable.Range(0, random.Between(1, 8)).Select(_ => RandomBlock(random))];
            CreateShow create = SeatsRig.ShowOf(show, show, price: 0);
            _rig.Open(create, blocks);
            for (uint i = 0; i < 40; i++)
            {
                HoldBestAvailable request = RandomRequest(random, show, i + 1);
                SeatMapBlock[] map = _rig.Query<SeatMapBlock>(
                    Operation.GetSeatMap, show, new SeatFilter { Limit = 100 });
                (SeatStatus code, uint[] seats, bool together) = NaiveBest.Find(blocks, map, request);
                BestSeatsResult found = _rig.RunBest(request);
                Assert.Equal(code, found.Code);
                if (code == SeatStatus.Ok)
                {
                    Assert.Equal(seats, ((ReadOnlySpan<uint>)found.Seats)[..request.Count].ToArray());
                    Assert.Equal(together, found.Flags == SeatResultFlags.Together);
                }
            }

            _rig.CheckInvariants();
        }
    }

    private static ChartBlock RandomBlock(SeededRandom random)
    {
        int seats = random.OneIn(5) ? random.Between(1, 64) : random.Between(1, 12);
        ulong all = ulong.MaxValue >> (64 - seats);
        ChartBlock block = SeatsRig.Row(
            seats, (byte)random.Below(3), (ushort)random.Below(3), (byte)random.Below(seats));
        block.Kind = random.OneIn(6) ? ChartBlockKind.Table : ChartBlockKind.Row;
        block.Aisles = random.Next() & random.Next() & random.Next() & (all >> 1);
        block.Accessible = random.OneIn(3) ? random.Next() & random.Next() & all : 0;
        block.Zone = (ushort)random.Below(3);
        return random.OneIn(8) ? SeatsRig.Area(5) : block;
    }

    private static HoldBestAvailable RandomRequest(SeededRandom random, ulong show, uint id)
    {
        byte count = (byte)random.Between(1, random.OneIn(6) ? 16 : 4);
        return new HoldBestAvailable
        {
            Id = id,
            Show = show,
            Count = count,
            Accessible = random.OneIn(4) ? (byte)random.Below(Math.Min((int)count, 3) + 1) : (byte)0,
            Categories = random.OneIn(3) ? (ushort)random.Between(1, 7) : (ushort)0,
            Zone = random.OneIn(4) ? (ushort)random.Below(3) : (ushort)0,
            Flags = random.OneIn(3) ? HoldFlags.Together : HoldFlags.None,
        };
    }

    private static uint[] SeatsOf(BestSeatsResult result) => ((ReadOnlySpan<uint>)result.Seats).ToArray();

    private BestSeatsResult Best(UInt128 id, byte count, HoldFlags flags = HoldFlags.None) =>
        _rig.RunBest(new HoldBestAvailable { Id = id, Show = SeatsRig.Show, Count = count, Flags = flags });
}
