using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Seats.Charts.Text;

namespace FastCore.Cli.Tests.Seats;

public sealed class SeatsCommandsTests
{
    [Fact]
    public async Task A_chart_is_checked_without_an_engine()
    {
        CliRun run = await CliRun.RunAsync("seats", "check", "stadium", "--json");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(ShippedCharts.Stadium.Capacity, run.Document.GetProperty("capacity").GetInt64());
    }

    [Fact]
    public async Task A_mistake_in_a_chart_is_told_with_its_place()
    {
        using TemporaryDirectory directory = new();
        string path = Path.Combine(directory.Path, "house.json");
        await File.WriteAllTextAsync(path, """{ "name": "x", "categories": [], "sections": [], "cat": 1 }""");
        CliRun run = await CliRun.RunAsync("seats", "check", path);
        Assert.Equal(ExitCode.File, run.ExitCode);
        Assert.Contains("cat", run.Error);
        Assert.Equal(ExitCode.File, (await CliRun.RunAsync("seats", "check", path + ".none")).ExitCode);
    }

    [Theory]
    [InlineData("", ExitCode.Ok)]
    [InlineData(", \"commitment\": \"630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd\"", ExitCode.Ok)]
    [InlineData(", \"places\": [4, 1, 3, 2]", ExitCode.Ok)]
    [InlineData(", \"places\": [1, 2, 3, 4]", ExitCode.CheckFailed)]
    [InlineData(", \"commitment\": \"00\"", ExitCode.CheckFailed)]
    [InlineData(", \"list_hash\": \"00\"", ExitCode.CheckFailed)]
    [InlineData(", \"other\": 1", ExitCode.File)]
    public async Task T20_a_published_draw_is_run_again_and_compared(string further, int exitCode)
    {
        using TemporaryDirectory directory = new();
        string path = Path.Combine(directory.Path, "draw.json");
        string seed = string.Concat(Enumerable.Range(0, 32).Select(i => i.ToString("x2")));
        await File.WriteAllTextAsync(
            path, $"{{ \"show\": 7, \"seed\": \"{seed}\", \"buyers\": [1, 2, 3, 4]{further} }}");
        CliRun run = await CliRun.RunAsync("seats", "draw", path, "--json");
        Assert.Equal(exitCode, run.ExitCode);
        if (exitCode == ExitCode.Ok)
        {
            Assert.Equal(
                [4, 1, 3, 2], run.Document.GetProperty("places").EnumerateArray().Select(place => place.GetInt32()));
        }
    }

    [Fact]
    public async Task A_chart_is_loaded_once_and_another_under_its_number_is_refused()
    {
        using TemporaryDirectory directory = new();
        string[] place = ["--chart", "5", "--data", Path.Combine(directory.Path, "books")];
        CliRun first = await CliRun.RunAsync(["seats", "load", "theatre", .. place, "--json"]);
        Assert.Equal(ExitCode.Ok, first.ExitCode);
        Assert.False(first.Document.GetProperty("known").GetBoolean());
        CliRun again = await CliRun.RunAsync(["seats", "load", "theatre", .. place, "--json"]);
        Assert.True(again.Document.GetProperty("known").GetBoolean());
        CliRun other = await CliRun.RunAsync(["seats", "load", "cinema", .. place]);
        Assert.Equal(ExitCode.Refused, other.ExitCode);
        Assert.Contains("exists_with_different_blocks", other.Error);
    }
}
