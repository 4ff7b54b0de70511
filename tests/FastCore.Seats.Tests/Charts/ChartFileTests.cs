using System.Text;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts.Text;
using Xunit;

namespace FastCore.Seats.Tests.Charts;

/// <summary>Chart files: what they make, and one mistake for each rule they can break.</summary>
public sealed class ChartFileTests
{
    [Fact]
    public void T1_rows_have_the_terms_of_their_section_and_their_own()
    {
        ChartFile chart = Read("""
            { "name": "H", "categories": [ { "name": "a" }, { "name": "b", "price": 5 } ], // why not
              "sections": [ { "name": "S", "category": "b", "zone": 7, "rank": 10, "rank_step": 2, "first": 101,
                "rows": [ { "from": "A", "to": "B", "seats": 4 },
                          { "name": "C", "seats": 6, "aisles": [2, 5], "accessible": [1, 6], "focus": 2, "step": -2,
                            "category": "a", "zone": 0, "rank": 1 },
                          { "name": "D", "seats": 64 } ] } ] }
            """);
        Assert.Equal(4, chart.Blocks.Length);
        Assert.Equal([10, 12, 1, 14], chart.Blocks.Select(block => (int)block.Rank));
        Assert.Equal([1, 1, 0, 1], chart.Blocks.Select(block => (int)block.Category));
        Assert.Equal([7, 7, 0, 7], chart.Blocks.Select(block => (int)block.Zone));
        ChartBlock c = chart.Blocks[2];
        Assert.Equal((0b10010UL, 0b100001UL, 6u), (c.Aisles, c.Accessible, c.Capacity));
        Assert.Equal((101, -2, 1), (c.FirstNumber, c.NumberStep, c.Focus));
        Assert.Equal("S C 91", chart.Label(SeatPlace.Of(2, 5)));
        Assert.Equal((null, 5u), (chart.Categories[0].Price, chart.Categories[1].Price));
        Assert.Equal(31, chart.Blocks[3].Focus);
        Assert.Throws<ArgumentOutOfRangeException>(() => chart.Label(SeatPlace.Of(2, 6)));
        Assert.Throws<ArgumentOutOfRangeException>(() => chart.Label(SeatPlace.Of(4, 0)));
    }

    [Fact]
    public void T11_tables_by_seat_and_whole_and_areas()
    {
        ChartFile chart = Read(Sections("""
            { "from": "K1", "to": "K2", "category": "c", "rank": 3, "rank_step": 1,
              "areas": [ { "name": "Pit", "places": 1000000 } ],
              "tables": [ { "from": "T9", "to": "T10", "seats": 4, "accessible": [4] },
                          { "name": "W", "seats": 8, "whole": true, "min": 3 } ] }
            """));
        Assert.Equal(8, chart.Blocks.Length);
        Assert.Equal(
            ["K1 T9 1", "K1 T10 1", "K1 W 1", "K1 Pit", "K2 T9 1", "K2 T10 1", "K2 W 1", "K2 Pit"],
            Enumerable.Range(0, 8).Select(block => chart.Label(SeatPlace.Of(block, 0))));
        Assert.Equal([3, 4, 5, 6], chart.Blocks.Take(4).Select(block => (int)block.Rank));
        ChartBlock whole = chart.Blocks[2];
        Assert.Equal((ChartBlockKind.WholeTable, 8u), (whole.Kind, whole.Capacity));
        Assert.Equal((3, 8), (whole.OccupancyMin, whole.OccupancyMax));
        ChartBlock area = chart.Blocks[3];
        Assert.Equal((1_000_000u, 0, 0), (area.Capacity, area.FirstNumber, area.NumberStep));
        Assert.Null(chart.NumberOf(SeatPlace.Of(3, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => chart.NumberOf(SeatPlace.Of(3, 1)));
    }

    [Fact]
    public void A_byte_order_mark_is_no_mistake()
    {
        byte[] file = [0xEF, 0xBB, 0xBF, .. ShippedCharts.FileOf("cinema")];
        Assert.True(ChartFile.TryRead(file, out _, out _));
    }

    public static TheoryData<ChartMistakeCode, string, string> Mistakes => new()
    {
        { ChartMistakeCode.NotJson, "line 1, byte 1", "" },
        { ChartMistakeCode.NotJson, "line 2, byte 1", "{}\n{}" },
        { ChartMistakeCode.NotJson, "line 1, byte 13", new string('[', 50) },
        { ChartMistakeCode.WrongType, "$", "[]" },
        { ChartMistakeCode.WrongType, "$.name", """{"name":1,"categories":[{"name":"c"}],"sections":[]}""" },
        { ChartMistakeCode.WrongType, "$.sections", """{"name":"H","categories":[{"name":"c"}],"sections":{}}""" },
        { ChartMistakeCode.WrongType, "$.sections[0].rows[0].seats", Rows("""{ "seats": "9" }""") },
        { ChartMistakeCode.WrongType, "$.sections[0].tables[0].whole", Tables("""{ "seats": 9, "whole": 1 }""") },
        { ChartMistakeCode.UnknownMember, "$.sections[0].rows[0]", Rows("""{ "seats": 9, "whole": true }""") },
        { ChartMistakeCode.UnknownMember, "$.sections[0].rows[0]", Rows("""{ "seats": 9, "\uD800": 1 }""") },
        { ChartMistakeCode.RepeatedMember, "$.sections[0].rows[0].seats", Rows("""{ "seats": 9, "seats": 9 }""") },
        { ChartMistakeCode.MissingMember, "$.name", """{"categories":[{"name":"c"}],"sections":[]}""" },
        { ChartMistakeCode.MissingMember, "$.categories", """{"name":"H","sections":[]}""" },
        { ChartMistakeCode.MissingMember, "$.sections", """{"name":"H","categories":[]}""" },
        { ChartMistakeCode.MissingMember, "$.sections[0].rows[0].seats", Rows("{}") },
        { ChartMistakeCode.MissingMember, "$.sections[0].rows[0].to", Rows("""{ "from": "1", "seats": 9 }""") },
        {
            ChartMistakeCode.ConflictingMembers, "$.sections[0].rows[0].name",
            Rows("""{ "name": "A", "from": "1", "to": "2", "seats": 9 }""")
        },
        { ChartMistakeCode.ConflictingMembers, "$.sections[0].tables[0]", Tables("""{ "seats": 9, "min": 1 }""") },
        { ChartMistakeCode.TextInvalid, "$.name", """{"name":"","categories":[{"name":"c"}],"sections":[]}""" },
        { ChartMistakeCode.TextInvalid, "$.sections[0].rows[0].name", Rows("""{ "name": "123456789", "seats": 9 }""") },
        { ChartMistakeCode.TextInvalid, "$.sections[0].rows[0].name", Rows("""{ "name": "\u0000", "seats": 9 }""") },
        { ChartMistakeCode.TextInvalid, "$.sections[0].rows[0].name", Rows("""{ "name": "\uD800", "seats": 9 }""") },
        { ChartMistakeCode.TextInvalid, "$.sections[0].name", Sections("""{ "name": "12345678901234567" }""") },
        { ChartMistakeCode.NumberOutOfRange, "$.sections[0].rows[0].seats", Rows("""{ "seats": 0 }""") },
        { ChartMistakeCode.NumberOutOfRange, "$.sections[0].rows[0].seats", Rows("""{ "seats": 65 }""") },
        { ChartMistakeCode.NumberOutOfRange, "$.sections[0].rows[0].seats", Rows("""{ "seats": 1e999999 }""") },
        { ChartMistakeCode.NumberOutOfRange, "$.sections[0].rows[0].seats", Rows("""{ "seats": 1.5 }""") },
        { ChartMistakeCode.NumberOutOfRange, "$.sections[0].rows[0].step", Rows("""{ "seats": 1, "step": 0 }""") },
        {
            ChartMistakeCode.NumberOutOfRange, "$.sections[0].rows[0].aisles[0]",
            Rows("""{ "seats": 2, "aisles": [0] }""")
        },
        { ChartMistakeCode.NumberOutOfRange, "$.sections[0].areas[0].places", Areas("""{ "places": 1000001 }""") },
        {
            ChartMistakeCode.NumberOutOfRange, "$.categories[0].price",
            """{"name":"H","categories":[{"name":"c","price":1000000001}],"sections":[]}"""
        },
        {
            ChartMistakeCode.TooManyCategories, "$.categories[16]",
            $$"""
            {"name":"H","categories":[{{string.Join(',', SeventeenCategories())}}],"sections":[]}
            """
        },
        {
            ChartMistakeCode.CategoryRepeated, "$.categories[1].name",
            """{"name":"H","categories":[{"name":"c"},{"name":"c"}],"sections":[]}"""
        },
        {
            ChartMistakeCode.CategoryUnknown, "$.sections[0].rows[0].category",
            Rows("""{ "seats": 1, "category": "d" }""")
        },
        { ChartMistakeCode.CategoryMissing, "$.sections[0].rows[0]", Sections("""{ "rows": [ { "seats": 1 } ] }""") },
        { ChartMistakeCode.RangeInvalid, "$.sections[0].rows[0]", Rows("""{ "from": "B", "to": "A", "seats": 1 }""") },
        { ChartMistakeCode.RangeInvalid, "$.sections[0].rows[0]", Rows("""{ "from": "A", "to": "b", "seats": 1 }""") },
        {
            ChartMistakeCode.RangeInvalid, "$.sections[0].rows[0]",
            Rows("""{ "from": "A1", "to": "B2", "seats": 1 }""")
        },
        {
            ChartMistakeCode.RangeInvalid, "$.sections[0].rows[0]",
            Rows("""{ "from": "01", "to": "02", "seats": 1 }""")
        },
        {
            ChartMistakeCode.RangeInvalid, "$.sections[0].rows[0]",
            Rows("""{ "from": "1", "to": "9999999", "seats": 1 }""")
        },
        {
            ChartMistakeCode.SeatBeyondBlock, "$.sections[0].rows[0].aisles[0]",
            Rows("""{ "seats": 2, "aisles": [2] }""")
        },
        {
            ChartMistakeCode.SeatBeyondBlock, "$.sections[0].rows[0].accessible[1]",
            Rows("""{ "seats": 2, "accessible": [1, 3] }""")
        },
        { ChartMistakeCode.SeatBeyondBlock, "$.sections[0].rows[0]", Rows("""{ "seats": 2, "focus": 3 }""") },
        {
            ChartMistakeCode.SeatsNotInOrder, "$.sections[0].rows[0].accessible[1]",
            Rows("""{ "seats": 2, "accessible": [1, 1] }""")
        },
        { ChartMistakeCode.NumberingOutOfRange, "$.sections[0].rows[0]", Rows("""{ "seats": 3, "step": -1 }""") },
        { ChartMistakeCode.NumberingOutOfRange, "$.sections[0].rows[0]", Rows("""{ "seats": 2, "first": 65535 }""") },
        {
            ChartMistakeCode.RankOutOfRange, "$.sections[0].rows[0]",
            Rows("""{ "from": "1", "to": "3", "seats": 2, "rank": 1, "rank_step": -1 }""")
        },
        {
            ChartMistakeCode.OccupancyInvalid, "$.sections[0].tables[0]",
            Tables("""{ "seats": 4, "whole": true, "max": 5 }""")
        },
        {
            ChartMistakeCode.OccupancyInvalid, "$.sections[0].tables[0]",
            Tables("""{ "seats": 4, "whole": true, "min": 3, "max": 2 }""")
        },
        {
            ChartMistakeCode.TooManyBlocks, "$.sections[0].rows[0]",
            Rows("""{ "from": "1", "to": "8190", "seats": 1 }""")
        },
        {
            ChartMistakeCode.TooManyBlocks, "$.sections[0]",
            Sections("""
                { "from": "1", "to": "999999", "category": "c", "rows": [ { "from": "1", "to": "8189", "seats": 64 } ] }
                """)
        },
        { ChartMistakeCode.NoBlocks, "$.sections", Sections("""{ "from": "1", "to": "999999" }""") },
        { ChartMistakeCode.LabelRepeated, "$.sections", Rows("""{ "seats": 3 }, { "seats": 2, "first": 3 }""") },
        { ChartMistakeCode.LabelRepeated, "$.sections", Areas("""{ "places": 3 }, { "places": 2 }""") },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_by_code_and_place(ChartMistakeCode code, string where, string file)
    {
        Assert.False(ChartFile.TryRead(
            Encoding.UTF8.GetBytes(file), out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes));
        Assert.Null(chart);
        Assert.Contains(mistakes, mistake => (mistake.Code, mistake.Where) == (code, where));
    }

    [Fact]
    public void Every_rule_has_a_file_that_breaks_it()
    {
        ChartMistakeCode[] elsewhere = [ChartMistakeCode.FileTooLarge, ChartMistakeCode.TooManyMistakes];
        IEnumerable<ChartMistakeCode> broken = Mistakes.Select(row => (ChartMistakeCode)row[0]);
        Assert.Equal([], Enum.GetValues<ChartMistakeCode>().Except(elsewhere).Except(broken));
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_looked_at()
    {
        byte[] file = new byte[ChartFile.BytesMax + 1];
        Assert.Equal(ChartMistakeCode.FileTooLarge, FirstOf(file));
        Assert.Equal(ChartMistakeCode.NotJson, FirstOf(file.AsSpan(1)));
    }

    [Fact]
    public void Mistakes_have_an_end()
    {
        string many = string.Join(',', Enumerable.Repeat("{}", 10_000));
        ChartFile.TryRead(Encoding.UTF8.GetBytes(Rows(many)), out _, out IReadOnlyList<ChartMistake> mistakes);
        Assert.Equal(33, mistakes.Count);
        Assert.Equal(ChartMistakeCode.TooManyMistakes, mistakes[^1].Code);
    }

    // A hundred megabytes of rows in a hundred bytes: what they ask for is counted before memory is taken.
    [Theory]
    [InlineData("""{ "from": "1", "to": "999999", "seats": 64 }""")]
    [InlineData("""{ "from": "A1", "to": "A999999", "seats": 64 }, { "from": "1", "to": "8189", "seats": 64 }""")]
    public void Large_ranges_are_refused_before_memory_is_taken(string rows)
    {
        byte[] file = Encoding.UTF8.GetBytes(Rows(rows));
        ChartFile.TryRead(file, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(ChartFile.TryRead(file, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void The_largest_house_is_read()
    {
        ChartFile chart = Read(Rows("""{ "from": "1", "to": "8189", "seats": 64 }"""));
        Assert.Equal(8_189 * 64, chart.Capacity);
    }

    private static ChartMistakeCode FirstOf(ReadOnlySpan<byte> file)
    {
        Assert.False(ChartFile.TryRead(file, out _, out IReadOnlyList<ChartMistake> mistakes));
        return mistakes[0].Code;
    }

    private static ChartFile Read(string file)
    {
        bool isRead = ChartFile.TryRead(
            Encoding.UTF8.GetBytes(file), out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes);
        Assert.True(isRead, string.Join('\n', mistakes));
        return chart!;
    }

    private static IEnumerable<string> SeventeenCategories() =>
        Enumerable.Range(0, 17).Select(number => $$"""{ "name": "{{number}}" }""");

    private static string Rows(string rows) => Sections($$"""{ "category": "c", "rows": [ {{rows}} ] }""");

    private static string Tables(string tables) => Sections($$"""{ "category": "c", "tables": [ {{tables}} ] }""");

    private static string Areas(string areas) => Sections($$"""{ "category": "c", "areas": [ {{areas}} ] }""");

    private static string Sections(string sections) =>
        $$"""{ "name": "H", "categories": [ { "name": "c" } ], "sections": [ {{sections}} ] }""";
}
