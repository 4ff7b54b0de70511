using System.Text.Json;
using FastCore.Cli.Fuzz;
using FastCore.Cli.Terminal;
using FastCore.Fuzz.Core;

namespace FastCore.Fuzz.Tests;

public sealed class FuzzCommandTests
{
    [Fact]
    public async Task Smoke_RunsEveryFuzzerAndFindsNothing()
    {
        (int exitCode, string output) = await RunAsync("fuzz", "smoke", "--json");

        // The document names seed, input and replay of a finding.
        Assert.True(exitCode == ExitCode.Ok, output);
        JsonElement[] runs = [.. JsonDocument.Parse(output).RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(
            FuzzerList.All().Select(fuzzer => fuzzer.Name), runs.Select(run => run.GetProperty("fuzzer").GetString()));
        Assert.All(runs, run =>
        {
            Assert.True(run.GetProperty("inputs").GetInt64() >= 2_000, output);
            // A parser that takes everything, or nothing, was not attacked.
            Assert.InRange(run.GetProperty("accepted").GetInt64(), 1, run.GetProperty("inputs").GetInt64() - 1);
            Assert.True(run.GetProperty("shapes").GetInt32() >= 3, output);
        });
    }

    [Fact]
    public async Task Canary_IsFound()
    {
        (int exitCode, string output) = await RunAsync("fuzz", "canary", "--json");

        Assert.True(exitCode == ExitCode.Ok, output);
        JsonElement document = JsonDocument.Parse(output).RootElement;
        Assert.True(document.GetProperty("all_found").GetBoolean());
        Assert.Equal(
            Enum.GetNames<FuzzFault>().Select(fault => fault.ToLowerInvariant()),
            document.GetProperty("runs").EnumerateArray()
                .Select(run => run.GetProperty("failure").GetProperty("fault").GetString()));
    }

    [Fact]
    public async Task ASeedRepeatsARun()
    {
        (_, string first) = await RunAsync("fuzz", "frames", "--inputs", "5000", "--seed", "11", "--json");
        (_, string second) = await RunAsync("fuzz", "frames", "--inputs", "5000", "--seed", "11", "--json");
        (_, string other) = await RunAsync("fuzz", "frames", "--inputs", "5000", "--seed", "12", "--json");

        Assert.Equal(CountsOf(first), CountsOf(second));
        Assert.NotEqual(CountsOf(first), CountsOf(other));
    }

    [Fact]
    public async Task AGivenInputIsRunAlone()
    {
        (int exitCode, string output) = await RunAsync("fuzz", "hello-reply", "--input", "00FF", "--json");

        Assert.Equal(ExitCode.Ok, exitCode);
        JsonElement run = JsonDocument.Parse(output).RootElement.GetProperty("runs")[0];
        Assert.Equal(1, run.GetProperty("inputs").GetInt64());
    }

    [Fact]
    public async Task WithoutANameTheFuzzersAreListed()
    {
        (int exitCode, string output) = await RunAsync("fuzz");

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.All(FuzzerList.All(), fuzzer => Assert.Contains(fuzzer.Name, output));
    }

    [Theory]
    [InlineData("fuzz", "framez")]
    [InlineData("fuzz", "all", "--input", "00")]
    [InlineData("fuzz", "frames", "--input", "0")]
    [InlineData("fuzz", "frames", "--input", "xy")]
    [InlineData("fuzz", "frames", "--inputs", "0")]
    [InlineData("fuzz", "frames", "--seconds", "-1")]
    public async Task WhatMakesNoSense_IsAUsageError(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, (await RunAsync(arguments)).ExitCode);

    private static (long, long, long) CountsOf(string output)
    {
        JsonElement run = JsonDocument.Parse(output).RootElement.GetProperty("runs")[0];
        return (
            run.GetProperty("accepted").GetInt64(), run.GetProperty("shapes").GetInt64(),
            run.GetProperty("corpus").GetInt64());
    }

    private static async Task<(int ExitCode, string Out)> RunAsync(params string[] arguments)
    {
        StringWriter output = new();
        CliConsole console = new(new StringReader(""), output, new StringWriter());
        int exitCode = await CliApplication.RunAsync(arguments, console);
        return (exitCode, output.ToString());
    }
}
