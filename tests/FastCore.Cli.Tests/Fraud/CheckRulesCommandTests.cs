using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Fraud;

public sealed class CheckRulesCommandTests
{
    private const string Good = """
        rule "velocity" priority 10: decline if amount > 50_000 and card.count_1d > 5
        test "six" given amount = 60000, card.count_1d = 6 expect decline
        """;

    [Fact]
    public async Task ADirectoryIsOneSet_AndItsTestsAreRun()
    {
        using TemporaryDirectory directory = new();
        await File.WriteAllTextAsync(directory.File("a.rules"), Good);
        await File.WriteAllTextAsync(directory.File("b.rules"), "rule \"b\" shadow: review if score > 90%");
        await File.WriteAllTextAsync(directory.File("notes.txt"), "no rules");
        CliRun run = await CheckAsync(directory.Path);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(2, run.Document.GetProperty("files").GetInt32());
        Assert.Equal(
            ["velocity", "b"],
            run.Document.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("name").GetString()));
        JsonElement test = Assert.Single(run.Document.GetProperty("tests").EnumerateArray());
        Assert.True(test.GetProperty("passed").GetBoolean());
        Assert.Equal(64, run.Document.GetProperty("version").GetString()!.Length);
    }

    [Fact]
    public async Task AFailedTestIsNamedWithItsPlace()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("a.rules");
        await File.WriteAllTextAsync(
            file, Good + "\n  test \"five\" given amount = 60000, card.count_1d = 5 expect decline");
        CliRun json = await CheckAsync(file);
        CliRun text = await CliRun.RunAsync("fraud", "rules", "check", file);

        Assert.Equal([ExitCode.CheckFailed, ExitCode.CheckFailed], [json.ExitCode, text.ExitCode]);
        JsonElement failed = Assert.Single(
            json.Document.GetProperty("tests").EnumerateArray(), test => !test.GetProperty("passed").GetBoolean());
        Assert.Equal(
            (3, 3, "nothing"),
            (failed.GetProperty("line").GetInt32(), failed.GetProperty("column").GetInt32(),
                failed.GetProperty("actual").GetString()));
        Assert.Contains(
            "line 3, column 3: test \"five\" of rule \"velocity\": expected decline, got nothing.", text.Out);
    }

    [Fact]
    public async Task MistakesAreNamedWithTheirPlaces()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("a.rules");
        await File.WriteAllTextAsync(file, "rule \"a\": decline if amont > 5\nrule \"b\": decline if card > 5");
        CliRun json = await CheckAsync(file);
        CliRun text = await CliRun.RunAsync("fraud", "rules", "check", file);

        Assert.Equal([ExitCode.File, ExitCode.File], [json.ExitCode, text.ExitCode]);
        Assert.Equal("rules_refused", json.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(
            ["unknown_name 1:22", "type_mismatch 2:22"],
            json.Document.GetProperty("mistakes").EnumerateArray().Select(mistake =>
                $"{mistake.GetProperty("code")} {mistake.GetProperty("line")}:{mistake.GetProperty("column")}"));
        Assert.Contains($"{file}: line 1, column 22: There is no field and no feature 'amont'.", text.Error);
    }

    [Fact]
    public async Task RulesMayReadTheFeaturesOfAFile()
    {
        using TemporaryDirectory directory = new();
        string rules = directory.File("a.rules");
        string features = directory.File("features.json");
        await File.WriteAllTextAsync(rules, "rule \"a\": decline if card.count_1h > 5");
        await File.WriteAllTextAsync(
            features,
            """
            {"format":1,"features":[{"name":"card.count_1h","key":"card","aggregate":"count","window":"1h"}]}
            """);
        CliRun run = await CheckAsync(rules, "--features", features);
        CliRun without = await CheckAsync(rules);
        CliRun wrong = await CheckAsync(rules, "--features", rules);
        CliRun missing = await CheckAsync(directory.File("missing.rules"));

        Assert.Equal([0, 5, 5, 5], [run.ExitCode, without.ExitCode, wrong.ExitCode, missing.ExitCode]);
        Assert.Equal(
            ["rules_refused", "features_refused", "file_not_readable"],
            new[] { without, wrong, missing }.Select(refused =>
                refused.Document.GetProperty("error").GetProperty("code").GetString()));
    }

    private static Task<CliRun> CheckAsync(string path, params string[] more) =>
        CliRun.RunAsync(["fraud", "rules", "check", path, "--json", .. more]);
}
