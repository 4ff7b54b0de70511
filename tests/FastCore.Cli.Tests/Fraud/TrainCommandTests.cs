using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Fraud;

public sealed class TrainCommandTests
{
    private const ulong DayNs = 24 * FraudBooks.HourNs;
    private const string Others =
        "merchant,card,terminal,occurred_at,amount,decision,reason,score,margin,policy_version,label,known_at";

    [Fact]
    public async Task F12_AModelIsTrainedOnEarlierDaysAndJudgedOnLaterOnes()
    {
        if (!HasXgboost())
        {
            return;
        }

        using TemporaryDirectory folder = new();
        await WriteTableAsync(folder.File("table.csv"));
        CliRun run = await TrainAsync(folder);

        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        JsonElement found = run.Document;

        // One of five is fraud, and shows it in the first feature; labels take five days, so all of training is known.
        Assert.Equal((700, 140), (Number(found, "train_rows"), Number(found, "train_fraud")));
        Assert.True(found.GetProperty("auc_roc").GetDouble() > 0.9);
        Assert.True(found.GetProperty("average_precision").GetDouble() > 0.9);
        Assert.Equal(7, found.GetProperty("card_precision_by_day").GetArrayLength());
        Assert.InRange(found.GetProperty("card_precision").GetDouble(), 0.01, 1);
        string html = await File.ReadAllTextAsync(folder.File("new/report.html"));
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);

        // The rows of the test have no card that was found out before it.
        Assert.True(Number(found, "test_rows") < 700);
        CliRun scored = await CliRun.RunAsync(
            "fraud", "score", "--model", folder.File("new/model.ubj"), "--rows", await RowsAsync(folder), "--json");
        Assert.Equal(ExitCode.Ok, scored.ExitCode);
        Assert.Equal(
            ["f1", "f2"],
            scored.Document.GetProperty("feature_names").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task F12_ALeftOutColumnIsNeitherReadNorAsked()
    {
        if (!HasXgboost())
        {
            return;
        }

        using TemporaryDirectory folder = new();
        await WriteTableAsync(folder.File("table.csv"));
        CliRun without = await TrainAsync(folder, "--without", "f1");
        Assert.True(without.ExitCode == ExitCode.Ok, without.Error);

        // All that told fraud was in the column, and the model does not have it.
        Assert.InRange(without.Document.GetProperty("auc_roc").GetDouble(), 0.3, 0.7);
        await File.WriteAllBytesAsync(folder.File("one.f32"), new byte[sizeof(float)]);
        CliRun scored = await CliRun.RunAsync(
            "fraud", "score", "--model", folder.File("new/model.ubj"), "--rows", folder.File("one.f32"), "--json");
        Assert.True(scored.ExitCode == ExitCode.Ok, scored.Error);
        Assert.Equal(
            ["f2"],
            scored.Document.GetProperty("feature_names").EnumerateArray().Select(name => name.GetString()));

        CliRun unknown = await TrainAsync(folder, "--without", "f3");
        Assert.Equal((ExitCode.File, "training_failed"), (unknown.ExitCode, CodeOf(unknown)));
        Assert.Contains("f3", unknown.Error, StringComparison.Ordinal);
        CliRun nothing = await TrainAsync(folder, "--without", "f1", "--without", "f2");
        Assert.Equal((ExitCode.File, "training_failed"), (nothing.ExitCode, CodeOf(nothing)));
    }

    [Theory]
    [InlineData("--without=f1", "--without", "f1")]
    [InlineData("--without=a --without=b", "--without", "a", "--without", "b")]
    public async Task F12_LeftOutColumnsReachTheScript(string expected, params string[] more)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A script that tells how it was called, in the place of Python.
        using TemporaryDirectory folder = new();
        await WriteTableAsync(folder.File("table.csv"));
        await File.WriteAllTextAsync(
            folder.File("python3"), $"#!/bin/sh\nprintf '%s\\n' \"$@\" > {folder.File("called")}\nexit 1\n");
        File.SetUnixFileMode(
            folder.File("python3"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = await TrainAsync(folder, ["--python", folder.File("python3"), .. more]);
        string[] called = await File.ReadAllLinesAsync(folder.File("called"));
        Assert.Equal(
            expected.Split(' '), called.Where(word => word.StartsWith("--without", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task F12_WhatIsMissingIsSaidWithWhatToInstall()
    {
        using TemporaryDirectory folder = new();
        await WriteTableAsync(folder.File("table.csv"));
        CliRun none = await TrainAsync(folder, "--python", folder.File("python3"));
        Assert.Equal((ExitCode.File, "python_missing"), (none.ExitCode, CodeOf(none)));
        Assert.Contains("python3-xgboost", none.Error, StringComparison.Ordinal);

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // What the script itself says when it finds no XGBoost.
        string script = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "tools", "train_fraud.py"));
        Assert.Contains("apt install python3-xgboost", script, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("python3"), "#!/bin/sh\necho 'install it' >&2\nexit 3\n");
        File.SetUnixFileMode(
            folder.File("python3"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        CliRun bare = await TrainAsync(folder, "--python", folder.File("python3"));
        Assert.Equal((ExitCode.File, "xgboost_missing"), (bare.ExitCode, CodeOf(bare)));
        Assert.Contains("install it", bare.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F12_ATableThatIsNone_AndDaysWithoutFraudAreRefused()
    {
        if (!HasXgboost())
        {
            return;
        }

        using TemporaryDirectory folder = new();
        await File.WriteAllTextAsync(folder.File("table.csv"), "A,B\n1,2\n");
        CliRun wrong = await TrainAsync(folder);
        Assert.Equal((ExitCode.File, "training_failed"), (wrong.ExitCode, CodeOf(wrong)));
        Assert.Contains("fraud export", wrong.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("table.csv"), $"TRANSACTION_ID,f1,{Others}\n");
        CliRun empty = await TrainAsync(folder);
        Assert.Contains("both kinds are needed", empty.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("new/model.ubj")));
    }

    private static Task<CliRun> TrainAsync(TemporaryDirectory folder, params string[] more) => CliRun.RunAsync(
    [
        "fraud", "train", "--table", folder.File("table.csv"), "--out", folder.File("new"),
        "--train-from", "2018-08-01T12:00", "--trees", "20", "--json", .. more,
    ]);

    // Three weeks of a hundred transactions a day of ever new cards, but for ten that come every day.
    private static async Task WriteTableAsync(string path)
    {
        SeededRandom random = new(1);
        List<string> lines = [$"TRANSACTION_ID,f1,f2,{Others}"];
        for (int i = 0; i < 2_100; i++)
        {
            bool isFraud = i % 5 == 0;
            ulong time = FraudBooks.StartNs + ((ulong)i * DayNs / 100);
            string f1 = random.OneIn(50) ? "" : $"{(isFraud ? 9 : 0) + random.Below(10)}.5";
            int card = i % 10 == 0 ? i % 100 : 1_000 + i;
            string label = isFraud ? $"chargeback,{time + (5 * DayNs)}" : ",";
            lines.Add($"{i},{f1},{random.Below(9)},7,{card},3,{time},500,approve,none,,,1,{label}");
        }

        await File.WriteAllLinesAsync(path, lines);
    }

    private static async Task<string> RowsAsync(TemporaryDirectory folder)
    {
        await File.WriteAllBytesAsync(folder.File("rows.f32"), new byte[2 * sizeof(float)]);
        return folder.File("rows.f32");
    }

    private static bool HasXgboost()
    {
        ProcessStartInfo start = new("/usr/bin/python3", ["-c", "import numpy, xgboost"])
        {
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string CodeOf(CliRun run) =>
        run.Document.GetProperty("error").GetProperty("code").GetString()!;

    private static int Number(JsonElement found, string name) =>
        int.Parse(found.GetProperty(name).GetRawText(), CultureInfo.InvariantCulture);
}
