using System.Text;
using FastCore.Fuzz.Core;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;
using FastCore.Seats.Charts.Text;
using FastCore.Testing;

namespace FastCore.Fuzz.Texts;

/// <summary>Chart files: houses as people write them.</summary>
public sealed class ChartFuzzer : Fuzzer
{
    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ":", ",", "\"name\":", "\"categories\":", "\"sections\":", "\"price\":", "\"from\":",
        "\"to\":", "\"category\":", "\"zone\":", "\"rank\":", "\"rank_step\":", "\"focus\":", "\"first\":",
        "\"step\":", "\"rows\":", "\"tables\":", "\"areas\":", "\"seats\":", "\"aisles\":", "\"accessible\":",
        "\"whole\":", "\"min\":", "\"max\":", "\"places\":", "\"a\"", "\"b\"", "\"\"", "\"A\"", "\"M\"", "\"1\"",
        "\"T9\"", "\"T12\"", "\"999999\"", "\"\\u00e9\"", "\"\\ud800\"", "true", "false", "null", "0", "1", "2", "64",
        "65", "-1", "65535", "65536", "8189", "1000000", "1e9", "99999999999999999999", "0.5", "// x\n",
    ];

    private static readonly string[] Examples =
    [
        """
        {"name":"H","categories":[{"name":"a","price":5},{"name":"b"}],"sections":[{"name":"S","category":"a",
        "zone":7,"rank":10,"rank_step":2,"rows":[{"from":"A","to":"M","seats":14,"aisles":[7],"accessible":[1,14]},
        {"name":"N","seats":6,"focus":2,"first":101,"step":-2,"category":"b"}]}]}
        """,
        """
        {"name":"H","categories":[{"name":"a"}],"sections":[{"from":"1","to":"20","category":"a","rows":[{"from":"1",
        "to":"40","seats":25}],"tables":[{"from":"T7","to":"T12","seats":4,"whole":true,"min":2,"max":3}],
        "areas":[{"name":"P","places":1000000}]}]}
        """,
    ];

    /// <inheritdoc/>
    public override string Name => "charts";

    /// <inheritdoc/>
    public override string Summary => "ChartFile: chart files, their blocks and the names of their seats.";

    /// <inheritdoc/>
    public override int InputSizeMax => 4096;

    /// <inheritdoc/>
    public override long AllocationMax => 8 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = [.. Words.Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
        Examples.Select(Encoding.UTF8.GetBytes).Append(ShippedCharts.FileOf("cinema"));

    /// <inheritdoc/>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        // A house with one row or table of members in any number and order, so never far from a chart.
        string list = random.Pick(["rows", "tables", "areas"]);
        string start = $$"""
            {"name":"H","categories":[{"name":"a"}],"sections":[{"category":"a","{{list}}":[{"from":"1","to":"9"
            """;
        int length = Encoding.UTF8.GetBytes(start, input);
        for (int count = random.Below(8); count > 0; count--)
        {
            string value = random.OneIn(4) ? $"[{random.Between(1, 3)},{random.Between(3, 65)}]"
                : random.OneIn(5) ? random.Pick(["true", "\"a\"", "\"9\""])
                : random.Between(-1, 70).ToString(System.Globalization.CultureInfo.InvariantCulture);
            string name = Words[5 + random.Below(24)];
            length += Encoding.UTF8.GetBytes($",{(name[0] == '"' ? name : "\"seats\":")}{value}", input[length..]);
        }

        length += Encoding.UTF8.GetBytes(random.OneIn(2) ? "}]}]}" : ",\"seats\":64}]}]}", input[length..]);
        return length;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        bool isRead = ChartFile.TryRead(input, out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes);
        BrokenPropertyException.Unless(isRead == chart is not null, "a chart that is not one");
        BrokenPropertyException.Unless(isRead == (mistakes.Count == 0), "neither a chart nor a mistake, or both");
        BrokenPropertyException.Unless(mistakes.Count <= 33, "mistakes without end");
        if (chart is null)
        {
            return Verdict.Refused([.. mistakes.Select(mistake => (int)mistake.Code).Distinct().Order().Take(3)]);
        }

        ChartBlock[] blocks = chart.Blocks;
        BrokenPropertyException.Unless(
            blocks.Length is > 0 and <= SeatLimits.BlocksPerChartMax, "a chart of no blocks or too many");
        for (int i = 0; i < blocks.Length; i++)
        {
            BrokenPropertyException.Unless(ChartRules.Check(blocks[i]) == 0, "a block that create_chart refuses");
            BrokenPropertyException.Unless(
                blocks[i].Category < chart.Categories.Count, "a block of a category that is not declared");
        }

        // Names of seats are made one by one, so a large house is asked for a part of them.
        HashSet<string> labels = [];
        for (int i = 0; i < Math.Min(blocks.Length, 64); i++)
        {
            uint seats = blocks[i].Kind == ChartBlockKind.GeneralAdmission ? 1 : blocks[i].Capacity;
            for (int seat = 0; seat < seats; seat++)
            {
                labels.Add($"{chart.SectionOf(SeatPlace.Of(i, seat))}\n{chart.RowOf(SeatPlace.Of(i, seat))}\n"
                    + $"{chart.NumberOf(SeatPlace.Of(i, seat))}");
            }
        }

        long expected = blocks.Take(64)
            .Sum(block => block.Kind == ChartBlockKind.GeneralAdmission ? 1 : (long)block.Capacity);
        BrokenPropertyException.Unless(labels.Count == expected, "two seats of the same name");
        return Verdict.Accepted(
            blocks.Length, chart.Categories.Count, Verdict.SizeClass((int)Math.Min(chart.Capacity, int.MaxValue)));
    }
}
