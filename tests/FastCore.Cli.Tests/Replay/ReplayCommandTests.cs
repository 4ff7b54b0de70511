using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Replay;

public sealed class ReplayCommandTests
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "data", "cards-small.csv.gz");

    [Fact]
    public async Task TheSameFileAgainChangesNothingAndSaysSo()
    {
        using TemporaryDirectory directory = new();
        CliRun first = await CliRun.RunAsync("replay", Shipped, "--data", directory.File("books"), "--json");
        CliRun second = await CliRun.RunAsync("replay", Shipped, "--data", directory.File("books"), "--json");
        CliRun text = await CliRun.RunAsync("replay", Shipped, "--data", directory.File("books"));

        Assert.Equal(ExitCode.Ok, first.ExitCode);
        Assert.Equal(18_399, Number(first, "accepted"));
        Assert.Equal(18_400, Number(first, "lines"));
        Assert.Equal(300, Number(first, "merchants_opened"));
        Assert.True(first.Document.GetProperty("changed").GetBoolean());
        Assert.Equal(ExitCode.Ok, second.ExitCode);
        Assert.Equal(0, Number(second, "accepted"));
        Assert.Equal(18_399, Number(second, "duplicates"));
        Assert.Equal(0, Number(second, "merchants_opened"));
        Assert.False(second.Document.GetProperty("changed").GetBoolean());
        Assert.Equal(
            first.Document.GetProperty("conservation").GetRawText(),
            second.Document.GetProperty("conservation").GetRawText());
        Assert.Contains("Nothing changed", text.Out);
    }

    [Fact]
    public async Task OfACompressedFileNothingIsLeftOutSilently()
    {
        byte[] first = Compressed(CardTransaction.Header + "\n0,1,1,1,500,0,0\n");
        byte[] second = Compressed("1,2,1,1,500,0,0\n");
        byte[] damaged = [.. second];
        damaged[0] ^= 1;
        using TemporaryDirectory directory = new();
        (byte[] Bytes, int Accepted, bool IsWhole)[] files =
        [
            ([.. first, .. second], 2, true),
            ([.. first, .. new byte[512]], 1, true),
            ([.. first, .. damaged], 1, false),
            ([.. first, .. second, 1, 2, 3], 2, false),
            (first[..^1], 1, false),
        ];
        foreach ((byte[] bytes, int accepted, bool isWhole) in files)
        {
            string file = directory.File("cards.csv.gz");
            await File.WriteAllBytesAsync(file, bytes);
            CliRun run = await CliRun.RunAsync("replay", file, "--memory", "--partitions", "1", "--json");

            Assert.Equal(accepted, Number(run, "accepted"));
            Assert.Equal(isWhole ? ExitCode.Ok : ExitCode.File, run.ExitCode);
            Assert.Equal(
                isWhole ? JsonValueKind.Null : JsonValueKind.String,
                run.Document.GetProperty("input_error").ValueKind);
        }
    }

    [Fact]
    public async Task APipeIsAFileToo()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using TemporaryDirectory directory = new();
        string pipe = directory.File("pipe");
        using (Process made = Process.Start("mkfifo", pipe))
        {
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }

        // Opening it waits for the other side.
        Task writing = Task.Run(async () =>
        {
            await using FileStream end = new(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            await end.WriteAsync(Encoding.ASCII.GetBytes(CardTransaction.Header + "\n0,1,1,1,500,0,0\n"));
        });
        CliRun run = await CliRun.RunAsync("replay", pipe, "--memory", "--partitions", "1", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        await writing;
        Assert.Equal(1, Number(run, "accepted"));
    }

    [Fact]
    public async Task TotalsAreThoseOfTheFile()
    {
        ulong amount = 0;
        using (CardInput input = CardInput.Open(Shipped))
        {
            CardReader reader = new(input.Content);
            while (reader.TryRead(out CardTransaction transaction))
            {
                amount += transaction.AmountMinor;
            }
        }

        CliRun run = await CliRun.RunAsync(
            "replay", Shipped, "--memory", "--batch", "100", "--partitions", "2", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement totals = run.Document.GetProperty("totals")[0];
        Assert.Equal(amount, totals.GetProperty("amount").GetUInt64());
        Assert.InRange(totals.GetProperty("fee").GetDouble(), amount * 0.0199, amount * 0.0201);
        JsonElement conservation = run.Document.GetProperty("conservation");
        Assert.True(conservation.GetProperty("balanced").GetBoolean());
        Assert.Equal(300, conservation.GetProperty("books_balanced").GetInt32());
        Assert.Equal(
            conservation.GetProperty("debits_posted").GetRawText(),
            conservation.GetProperty("credits_posted").GetRawText());
    }

    [Fact]
    public async Task BadLinesAreReportedAndCountedAndTheRestGoesOn()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("cards.csv");
        string rejects = directory.File("rejects.txt");
        StringBuilder text = new(CardTransaction.Header + "\n");
        text.Append("0,1522540831,596,3156,5716,0,0\n1,2,3\n");
        text.Append("2,1522540831,596,3156,-1,0,0\n3,1522540831,596,3156,0,0,0\n");
        text.Append("4,1522540832,597,3156,100,0,0\n");
        for (int i = 0; i < 30; i++)
        {
            text.Append("broken\n");
        }

        await File.WriteAllTextAsync(file, text.ToString());
        CliRun run = await CliRun.RunAsync("replay", file, "--memory", "--rejects", rejects, "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(2, Number(run, "accepted"));
        Assert.Equal(3, Number(run, "transactions"));
        Assert.Equal(1, Number(run, "rejected_total"));
        Assert.Equal(1, run.Document.GetProperty("rejected").GetProperty("amount_must_not_be_zero").GetInt32());
        Assert.Equal(32, Number(run, "bad_lines_total"));
        Assert.Equal(20, run.Document.GetProperty("bad_lines").GetArrayLength());
        Assert.Equal(3, run.Document.GetProperty("bad_lines")[0].GetProperty("line").GetInt32());
        JsonElement bad = run.Document.GetProperty("bad_lines")[0];
        Assert.Equal("3 columns instead of 7", bad.GetProperty("reason").GetString());
        Assert.Contains($"{file}:4: AMOUNT is negative", run.Error);
        Assert.Contains("12 more bad lines", run.Error);
        Assert.Equal(32, (await File.ReadAllLinesAsync(rejects)).Length);
    }

    [Fact]
    public async Task ACompressedFileThatEndsInTheMiddleIsDamagedAndWhatCameBeforeIsKept()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("cut.csv.gz");
        byte[] whole = await File.ReadAllBytesAsync(Shipped);
        await File.WriteAllBytesAsync(file, whole[..(whole.Length / 2)]);

        CliRun run = await CliRun.RunAsync("replay", file, "--memory", "--json");

        Assert.Equal(ExitCode.File, run.ExitCode);
        Assert.NotEqual(JsonValueKind.Null, run.Document.GetProperty("input_error").ValueKind);
        Assert.InRange(Number(run, "accepted"), 1, 18_398);
        Assert.True(run.Document.GetProperty("conservation").GetProperty("balanced").GetBoolean());
    }

    [Fact]
    public async Task OtherSettingsThanTheDirectoryWasFilledWithAreSaid()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("one.csv");
        await File.WriteAllTextAsync(file, CardTransaction.Header + "\n1,1522540831,596,3156,5716,0,0\n");
        string books = directory.File("books");
        CliRun first = await CliRun.RunAsync("replay", file, "--data", books, "--json");
        CliRun second = await CliRun.RunAsync("replay", file, "--data", books, "--fee-ppm", "1", "--json");

        Assert.Equal(ExitCode.Ok, first.ExitCode);
        Assert.Equal(ExitCode.Refused, second.ExitCode);
        Assert.Equal("merchant_refused", second.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("exists_with_different_fee", second.Error);
    }

    [Fact]
    public async Task AFileThatIsNotThereAndOneWithoutHeaderAreFileProblems()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("other.csv");
        await File.WriteAllTextAsync(file, "a,b\n1,2\n");
        CliRun missing = await CliRun.RunAsync("replay", directory.File("none.csv"), "--memory", "--json");
        CliRun other = await CliRun.RunAsync("replay", file, "--memory", "--json");

        Assert.Equal(ExitCode.File, missing.ExitCode);
        Assert.Equal("file_not_readable", missing.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(ExitCode.File, other.ExitCode);
        Assert.Equal("header_unexpected", other.Document.GetProperty("error").GetProperty("code").GetString());
    }

    private static byte[] Compressed(string text)
    {
        using MemoryStream bytes = new();
        using (GZipStream compress = new(bytes, CompressionLevel.Fastest))
        {
            compress.Write(Encoding.ASCII.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private static long Number(CliRun run, string key) => run.Document.GetProperty(key).GetInt64();
}
