using System.Diagnostics;
using System.Text.Json;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Tests.Terminal;

public sealed class RuntimeSettingsTests
{
    private static readonly Dictionary<string, string> Wanted = new() { ["A"] = "1", ["B"] = "2" };

    [Fact]
    public void WhatTheEnvironmentSaysStays()
    {
        Dictionary<string, string> environment = new() { ["B"] = "3" };

        Assert.True(RuntimeSettings.AddMissing(environment, Wanted));
        Assert.Equal("1", environment["A"]);
        Assert.Equal("3", environment["B"]);

        // The process that begins so finds nothing missing and goes on.
        Assert.False(RuntimeSettings.AddMissing(environment, Wanted));
    }

    [Fact]
    public void ArgumentsAreKeptToTheByte() =>
        Assert.Equal(["fastcore", "", "a b", "\u00e4"], RuntimeSettings.Split("fastcore\0\0a b\0\u00e4\0"u8));

    [Fact]
    public async Task AProcessThatBeginsAnewDoesTheSame()
    {
        string[] arguments = ["simulate", "--seed", "7", "--requests", "200", "--domains", "ledger", "--json"];
        ProcessStartInfo start = new(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "fastcore.dll"), .. arguments]);

        (int exitCode, string output, string error) = await ChildProcess.RunAsync(start, CancellationToken.None);

        Assert.True(exitCode == ExitCode.Ok, output + error);
        CliRun here = await CliRun.RunAsync(arguments);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal(
            here.Document.GetProperty("trace").GetString(), document.RootElement.GetProperty("trace").GetString());
    }
}
