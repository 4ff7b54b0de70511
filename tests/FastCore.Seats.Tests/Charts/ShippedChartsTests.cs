using System.Numerics;
using System.Text;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts.Text;
using Xunit;

namespace FastCore.Seats.Tests.Charts;

/// <summary>The charts that come along are what their summaries say.</summary>
public sealed class ShippedChartsTests
{
    [Fact]
    public void T1_cinema_has_an_aisle_and_places_for_wheelchairs()
    {
        ChartFile cinema = ShippedCharts.Cinema;
        Assert.Equal(200, cinema.Capacity);
        Assert.Equal(4, Accessible(cinema));
        Assert.All(cinema.Blocks, block => Assert.Equal(1, BitOperations.PopCount(block.Aisles)));
        Assert.Equal([900u, 1200u, 1600u], cinema.Categories.Select(category => category.Price));
        Assert.Equal("G 9", cinema.Label(SeatPlace.Of(6, 8)));
    }

    [Fact]
    public void T1_T11_theatre_has_balconies_accessible_seats_and_boxes_by_seat_and_whole()
    {
        ChartFile theatre = ShippedCharts.Theatre;
        Assert.InRange(theatre.Capacity, 1_400, 1_600);
        Assert.Equal(14, Accessible(theatre));
        Assert.Equal(8, theatre.Blocks.Count(block => block.Kind == ChartBlockKind.Table));
        Assert.Equal(4, theatre.Blocks.Count(block => block.Kind == ChartBlockKind.WholeTable));
        Assert.Equal(4, theatre.Blocks.Select(block => block.Zone).Distinct().Count());
        Assert.Equal("Stalls B 12", theatre.Label(SeatPlace.Of(1, 11)));
    }

    [Fact]
    public void T1_T11_stadium_has_more_than_100_000_seats_and_areas_to_stand_in()
    {
        ChartFile stadium = ShippedCharts.Stadium;
        long standing = stadium.Blocks.Where(IsArea).Sum(block => (long)block.Capacity);
        Assert.Equal(12_000, standing);
        Assert.InRange(stadium.Capacity - standing, 100_000, 110_000);
        Assert.InRange(stadium.Blocks.Length, 1, SeatLimits.BlocksPerChartMax);
        Assert.Equal("Pitch Back", stadium.Label(SeatPlace.Of(stadium.Blocks.Length - 1, 0)));
        Assert.Equal("101 P 12", stadium.Label(SeatPlace.Of(29, 11)));
        Assert.Equal("102 1 1", stadium.Label(SeatPlace.Of(30, 0)));

        static bool IsArea(ChartBlock block) => block.Kind == ChartBlockKind.GeneralAdmission;
    }

    [Theory]
    [InlineData("cinema")]
    [InlineData("theatre")]
    [InlineData("stadium")]
    public void A_shipped_file_is_small(string name) => Assert.InRange(ShippedCharts.FileOf(name).Length, 1, 4096);

    [Fact]
    public void A_chart_that_is_not_shipped_is_refused() =>
        Assert.Throws<ArgumentException>(() => ShippedCharts.FileOf("arena"));

    [Fact]
    public void No_two_seats_have_the_same_label()
    {
        HashSet<string> labels = [];
        ChartFile theatre = ShippedCharts.Theatre;
        for (int block = 0; block < theatre.Blocks.Length; block++)
        {
            for (int seat = 0; seat < theatre.Blocks[block].Capacity; seat++)
            {
                Assert.True(labels.Add(theatre.Label(SeatPlace.Of(block, seat))));
            }
        }

        Assert.Equal(theatre.Capacity, labels.Count);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_a_mistake_and_nothing_else()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ShippedCharts.FileOf("cinema")).TrimEnd());
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(ChartFile.TryRead(
                whole.AsSpan(0, length), out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes));
            Assert.Null(chart);
            Assert.Equal(ChartMistakeCode.NotJson, Assert.Single(mistakes).Code);
        }
    }

    private static int Accessible(ChartFile chart) =>
        chart.Blocks.Sum(block => BitOperations.PopCount(block.Accessible));
}
