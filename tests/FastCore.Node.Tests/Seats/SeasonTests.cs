using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Node.Tests.Seats;

/// <summary>Shows of a season lie in one partition, so that holds of them can be linked (T16).</summary>
public sealed class SeasonTests
{
    [Fact]
    public void T16_all_shows_of_a_season_are_in_one_partition_whatever_their_number()
    {
        ulong[] seasons = [1, 2, 3, 77, 4_711, 123_456_789, SeasonNumbers.SeasonMax - 1, SeasonNumbers.SeasonMax];
        HashSet<ulong> numbers = [];
        foreach (ulong season in seasons)
        {
            ulong[] shows = [.. Enumerable.Range(0, SeasonNumbers.ShowsMax).Select(i => SeasonNumbers.Of(season, i))];
            Assert.All(shows, show => Assert.InRange(show, 1ul << 45, Limits.BookMax));
            Assert.All(shows, show => Assert.True(numbers.Add(show)));
            foreach (int partitions in (int[])[1, 2, 3, 5, 8, 16, 63, 64, 255])
            {
                int home = PartitionMap.Of(shows[0], partitions);
                Assert.All(shows, show => Assert.Equal(home, PartitionMap.Of(show, partitions)));
            }
        }
    }

    // Where a first number would have overflowed, too: one season in 32 or so.
    [Fact]
    public void T16_no_season_is_torn_and_seasons_spread_over_the_partitions()
    {
        int[] counts = new int[8];
        for (ulong season = 1; season <= 20_000; season++)
        {
            int home = PartitionMap.Of(SeasonNumbers.Of(season, 0), 1 << 16);
            Assert.Equal(home, PartitionMap.Of(SeasonNumbers.Of(season, SeasonNumbers.ShowsMax - 1), 1 << 16));
            counts[PartitionMap.Of(SeasonNumbers.Of(season, 5), counts.Length)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 2_250, 2_750));
    }

    [Fact]
    public void T16_what_is_no_season_has_no_numbers()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SeasonNumbers.Of(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeasonNumbers.Of(SeasonNumbers.SeasonMax + 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeasonNumbers.Of(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeasonNumbers.Of(1, SeasonNumbers.ShowsMax));
    }

    [Fact]
    public async Task T16_a_season_ticket_is_held_in_every_show_or_in_none_on_a_node_of_several_partitions()
    {
        await using FastCoreNode node = OpenNode();
        await using IFastCoreSession session = node.OpenSession();
        await CreateChartAsync(session);
        ulong[] shows = [.. Enumerable.Range(0, 20).Select(i => SeasonNumbers.Of(3, i))];
        ulong[] foreign = [.. Enumerable.Range(1, 100).Select(i => (ulong)i).Where(show =>
            PartitionMap.Of(show, 4) != PartitionMap.Of(shows[0], 4)).Take(2)];
        foreach (ulong show in shows.Concat(foreign))
        {
            SeatResult[] opened = new SeatResult[1];
            await session.CreateShowAsync(new CreateShow[] { new() { Show = show, Chart = 1 } }, opened);
            Assert.Equal(SeatStatus.Ok, opened[0].Code);
        }

        // With other holds around it that go elsewhere: the chain stays together.
        HoldSeats[] ticket = [.. shows.Select((show, i) => HoldOf(7, show, 5, isLinked: i < shows.Length - 1))];
        HoldSeats[] request = [HoldOf(1, foreign[0], 0), .. ticket, HoldOf(1, foreign[1], 0)];
        Assert.All(await HoldAsync(session, request), result => Assert.Equal(SeatStatus.Ok, result.Code));

        // A hold of the last show is in the way.
        await HoldAsync(session, HoldOf(2, shows[^1], 6));
        ticket = [.. shows.Select((show, i) => HoldOf(8, show, 6, isLinked: i < shows.Length - 1))];
        SeatResult[] refused = await HoldAsync(session, ticket);
        Assert.All(refused[..^1], result => Assert.Equal(SeatStatus.LinkedHoldFailed, result.Code));
        Assert.Equal((SeatStatus.SeatsUnavailable, 1), (refused[^1].Code, (int)refused[^1].Blocked));

        // Of another partition.
        refused = await HoldAsync(
            session, HoldOf(9, shows[0], 9, isLinked: true), HoldOf(9, foreign[0], 9), HoldOf(9, shows[1], 9));
        Assert.Equal(
            [SeatStatus.LinkedHoldFailed, SeatStatus.LinkedShowNotHere, SeatStatus.Ok],
            refused.Select(result => result.Code));
    }

    [Fact]
    public async Task T16_the_best_seats_of_a_season_are_held_in_one_partition_of_several()
    {
        await using FastCoreNode node = OpenNode();
        await using IFastCoreSession session = node.OpenSession();
        await CreateChartAsync(session);
        ulong foreign = Enumerable.Range(1, 100).Select(i => (ulong)i).First(show =>
            PartitionMap.Of(show, 4) != PartitionMap.Of(SeasonNumbers.Of(3, 0), 4));
        CreateShow[] shows = [.. Enumerable.Range(0, 5).Select(i => SeasonNumbers.Of(3, i)).Append(foreign)
            .Select(show => new CreateShow { Show = show, Chart = 1 })];
        await session.CreateShowAsync(shows, new SeatResult[shows.Length]);
        HoldBestAvailable[] chain = [.. shows.Select(show => new HoldBestAvailable
        {
            Id = 7,
            Show = show.Show,
            Count = 2,
            Flags = HoldFlags.Linked,
        })];
        chain[^1].Flags = 0;
        BestSeatsResult[] refused = await Requests.Send<BestSeatsResult>(
            session, Operation.HoldBestAvailable, Requests.Plain<HoldBestAvailable>(chain));
        Assert.Equal(SeatStatus.LinkedShowNotHere, refused[^1].Code);
        Assert.All(refused[..^1], result => Assert.Equal(SeatStatus.LinkedHoldFailed, result.Code));
        chain[^2].Flags = 0;
        BestSeatsResult[] made = await Requests.Send<BestSeatsResult>(
            session, Operation.HoldBestAvailable, Requests.Plain<HoldBestAvailable>(chain));
        Assert.All(made, result => Assert.Equal((SeatStatus.Ok, 1u), (result.Code, result.Seats[1])));
    }

    private static FastCoreNode OpenNode() =>
        FastCoreNode.Open(new NodeOptions { Durability = Durability.None, Partitions = 4 });

    private static async Task CreateChartAsync(IFastCoreSession session)
    {
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 40, NumberStep = 1, FirstNumber = 1 }];
        await session.CreateChartAsync(1, chart, new SeatResult[1]);
    }

    private static HoldSeats HoldOf(UInt128 id, ulong show, uint seat, bool isLinked = false)
    {
        HoldSeats hold = new() { Id = id, Show = show, Count = 1, Flags = isLinked ? HoldFlags.Linked : 0 };
        hold.Seats[0] = seat;
        return hold;
    }

    private static async Task<SeatResult[]> HoldAsync(IFastCoreSession session, params HoldSeats[] holds)
    {
        SeatResult[] results = new SeatResult[holds.Length];
        Reply reply = await session.HoldSeatsAsync(holds, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return results;
    }
}
