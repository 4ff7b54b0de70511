using System.Runtime.InteropServices;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Fraud.Models;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Fraud;

public sealed class ScoreCommandTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud");

    [Theory]
    [InlineData("depth6.json", "scalar")]
    [InlineData("depth6.ubj", "auto")]
    [InlineData("dart.ubj", "avx2")]
    [InlineData("partition.json", "avx512")]
    public async Task F5_Margins_AreXgboostsBits(string model, string path)
    {
        using TemporaryDirectory directory = new();
        string target = directory.File("margins.f32");
        string stem = Path.Combine(Folder, Path.GetFileNameWithoutExtension(model));
        CliRun run = await CliRun.RunAsync(
            "fraud", "score", "--model", Path.Combine(Folder, model), "--rows", stem + ".rows.f32",
            "--out", target, "--path", path, "--json");
        if (!ModelScorer.IsSupported(Enum.Parse<ScoringPath>(path, ignoreCase: true)))
        {
            Assert.Equal(ExitCode.Refused, run.ExitCode);
            Assert.Equal("path_not_supported", ErrorOf(run));
            return;
        }

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(File.ReadAllBytes(stem + ".margins.f32"), File.ReadAllBytes(target));
        Assert.Equal(300, run.Document.GetProperty("rows").GetInt32());
        Assert.Equal(12, run.Document.GetProperty("features").GetInt32());
        Assert.Equal("1.7.4", run.Document.GetProperty("xgboost_version").GetString());
        Assert.True(path == "auto" || run.Document.GetProperty("path").GetString() == path);
    }

    [Fact]
    public async Task F5_WithoutAFile_TheMarginsArePrinted()
    {
        string[] arguments =
        [
            "fraud", "score", "--model", Path.Combine(Folder, "depth3.json"),
            "--rows", Path.Combine(Folder, "depth3.rows.f32"),
        ];
        float[] expected =
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(Folder, "depth3.margins.f32"))).ToArray();
        CliRun text = await CliRun.RunAsync(arguments);
        CliRun json = await CliRun.RunAsync([.. arguments, "--json"]);
        Assert.Equal(expected, text.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(float.Parse));
        Assert.Equal(
            expected, json.Document.GetProperty("margins").EnumerateArray().Select(margin => margin.GetSingle()));
    }

    [Fact]
    public async Task F5_WhatCannotBeScored_IsRefusedWithItsReason()
    {
        using TemporaryDirectory directory = new();
        string rows = Path.Combine(Folder, "depth6.rows.f32");
        string model = Path.Combine(Folder, "depth6.json");
        string linear = directory.File("linear.json");
        string half = directory.File("half.f32");
        string target = directory.File("margins.f32");
        File.WriteAllText(linear, File.ReadAllText(model).Replace("\"name\":\"gbtree\"", "\"name\":\"gblinear\""));
        File.WriteAllBytes(half, File.ReadAllBytes(rows)[..^1]);

        CliRun refused = await ScoreAsync(linear, rows, target);
        Assert.Equal((ExitCode.File, "model_booster"), (refused.ExitCode, ErrorOf(refused)));
        Assert.Contains("gblinear", refused.Error);
        CliRun unfit = await ScoreAsync(model, half, target);
        Assert.Equal((ExitCode.File, "rows_size"), (unfit.ExitCode, ErrorOf(unfit)));
        CliRun missing = await ScoreAsync(model, directory.File("none.f32"), target);
        Assert.Equal((ExitCode.File, "file_not_readable"), (missing.ExitCode, ErrorOf(missing)));
        CliRun noModel = await ScoreAsync(directory.File("none.json"), rows, target);
        Assert.Equal((ExitCode.File, "file_not_readable"), (noModel.ExitCode, ErrorOf(noModel)));
        CliRun noPath = await CliRun.RunAsync("fraud", "score", "--model", model, "--rows", rows, "--path", "sse");
        Assert.Equal(ExitCode.Usage, noPath.ExitCode);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public async Task F5_NoRows_AreNoMargins()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllBytes(directory.File("rows.f32"), []);
        CliRun run = await ScoreAsync(
            Path.Combine(Folder, "depth6.json"), directory.File("rows.f32"), directory.File("margins.f32"));
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Empty(File.ReadAllBytes(directory.File("margins.f32")));
    }

    private static Task<CliRun> ScoreAsync(string model, string rows, string target) =>
        CliRun.RunAsync("fraud", "score", "--model", model, "--rows", rows, "--out", target, "--json");

    private static string? ErrorOf(CliRun run) =>
        run.Document.GetProperty("error").GetProperty("code").GetString();
}
