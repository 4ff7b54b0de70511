using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Fuzz.Canary;
using FastCore.Fuzz.Core;
using FastCore.Hosting;

namespace FastCore.Cli.Fuzz;

/// <summary><c>fastcore fuzz</c>.</summary>
internal sealed class FuzzCommand : CliCommand
{
    private const string All = "all";
    private const string Smoke = "smoke";
    private const string Canary = "canary";
    private const long SmokeInputs = 2_000;
    private const long CanaryInputs = 2_000_000;
    private const int CanaryHangMs = 2_000;
    private const int InputsDefault = 1_000_000;

    private readonly Argument<string> _name = new("NAME")
    {
        Description = "A fuzzer; 'all' of them; 'smoke': all of them, briefly; 'canary': parsers with planted bugs, "
            + "which must be found. Without a name the fuzzers are listed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<long?> _inputs = new("--inputs")
    {
        Description = $"Inputs per fuzzer; {InputsDefault} when --seconds is not given either.",
    };

    private readonly Option<int?> _seconds = new("--seconds")
    {
        Description = "Seconds per fuzzer at most.",
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Names the run: the same seed gives the same inputs. Drawn and printed when not given.",
    };

    private readonly Option<string?> _input = new("--input")
    {
        Description = "Run this one input, in hex, to repeat a finding.",
        HelpName = "HEX",
    };

    /// <summary>Makes the command.</summary>
    public FuzzCommand(CliConsole console)
        : base(
            console,
            "fuzz",
            "Attack the parsers with mutated input.\n\n" +
            "Every parser of bytes that others made has a fuzzer: frames, handshakes, requests, replies, journal, "
            + "checkpoints, histories, configuration, CSV, the session's grammar. None may throw what it does not "
            + "document, run without end, take more memory than stated, or accept a record that encodes to other "
            + "bytes. A finding is shrunk and printed with the command that repeats it; the exit code is then 1.")
    {
        RequirePositive(_inputs);
        RequirePositive(_seconds);
        Arguments.Add(_name);
        Options.Add(_inputs);
        Options.Add(_seconds);
        Options.Add(_seed);
        Options.Add(_input);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fuzz", "Which fuzzers there are."),
        ("fastcore fuzz smoke", "A few seconds for every parser, before a commit."),
        ("fastcore fuzz canary", "Whether the fuzzers find bugs at all."),
        ("fastcore fuzz frames --inputs 10000000 --seed 7", "One parser for longer; the seed repeats the run."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string? name = arguments.GetValue(_name);
        if (name is null)
        {
            List(context);
            return ExitCode.Ok;
        }

        ulong seed = arguments.GetValue(_seed) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 16;
        if (name == Canary)
        {
            return await RunCanaryAsync(context, seed);
        }

        List<Fuzzer> chosen = Choose(name);
        FuzzLimits limits = LimitsOf(arguments, name) with { Cancellation = cancellation };
        byte[]? input = InputOf(arguments, chosen);
        if (input is null && !context.Json)
        {
            context.Say($"seed {seed}");
        }

        List<FuzzReport> reports = [];
        foreach (Fuzzer fuzzer in chosen)
        {
            cancellation.ThrowIfCancellationRequested();
            FuzzReport report = await Task.Run(
                () => input is null ? FuzzRun.Run(fuzzer, seed, limits) : FuzzRun.Replay(fuzzer, input, limits),
                CancellationToken.None);
            reports.Add(report);
            if (!context.Json)
            {
                Write(context, report);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        if (context.Json)
        {
            context.WriteDocument(FuzzJson.Of(name, seed, reports));
        }

        return reports.Any(report => report.Failure is not null) ? ExitCode.CheckFailed : ExitCode.Ok;
    }

    /// <summary>The command line that repeats a finding.</summary>
    internal static string ReplayOf(FuzzReport report) =>
        $"fastcore fuzz {report.Fuzzer} --input {Convert.ToHexString(report.Failure!.Input)}";

    // The planted bugs must be found, each as what it is; a fuzzer that lets one pass proves nothing about ours.
    private static async Task<int> RunCanaryAsync(CliContext context, ulong seed)
    {
        List<FuzzReport> reports = [];
        bool allFound = true;
        foreach (PlantedFuzzer planted in PlantedFuzzer.All())
        {
            using (planted)
            {
                FuzzLimits limits = new(CanaryInputs) { HangMs = CanaryHangMs };
                FuzzReport report = await Task.Run(() => FuzzRun.Run(planted, seed, limits));
                bool found = report.Failure?.Fault == planted.Planted;
                allFound &= found;
                reports.Add(report);
                if (!context.Json)
                {
                    context.Say(found
                        ? $"{report.Fuzzer}: found after {report.Inputs} inputs, "
                            + $"shrunk to {Convert.ToHexString(report.Failure!.Input)}"
                        : $"{report.Fuzzer}: NOT FOUND in {report.Inputs} inputs of seed {seed}");
                }
            }
        }

        if (context.Json)
        {
            JsonObject document = FuzzJson.Of(Canary, seed, reports);
            document["all_found"] = allFound;
            context.WriteDocument(document);
        }

        return allFound ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static List<Fuzzer> Choose(string name)
    {
        IReadOnlyList<Fuzzer> all = FuzzerList.All();
        List<Fuzzer> chosen = [.. all.Where(fuzzer => name is All or Smoke || fuzzer.Name == name)];
        return chosen.Count > 0
            ? chosen
            : throw new CliException(
                ExitCode.Usage,
                "unknown_fuzzer",
                $"There is no fuzzer '{name}'."
                + Suggestions.Hint(name, [.. all.Select(fuzzer => fuzzer.Name), All, Smoke, Canary]));
    }

    private FuzzLimits LimitsOf(ParseResult arguments, string name)
    {
        long? inputs = arguments.GetValue(_inputs);
        int? seconds = arguments.GetValue(_seconds);
        return new FuzzLimits(
            inputs ?? (seconds is not null ? long.MaxValue : name == Smoke ? SmokeInputs : InputsDefault),
            seconds * 1000L ?? long.MaxValue);
    }

    private byte[]? InputOf(ParseResult arguments, List<Fuzzer> chosen)
    {
        if (arguments.GetValue(_input) is not string hex)
        {
            return null;
        }

        if (chosen.Count != 1)
        {
            throw new CliException(ExitCode.Usage, "one_fuzzer", "--input needs the name of one fuzzer.");
        }

        if (hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit) || hex.Length > chosen[0].InputSizeMax * 2)
        {
            throw new CliException(
                ExitCode.Usage,
                "invalid_input",
                $"--input takes pairs of hex digits, {chosen[0].InputSizeMax} pairs at most.");
        }

        return Convert.FromHexString(hex);
    }

    private static void List(CliContext context)
    {
        IReadOnlyList<Fuzzer> all = FuzzerList.All();
        if (context.Json)
        {
            context.WriteDocument(FuzzJson.Of(all));
            return;
        }

        foreach (Fuzzer fuzzer in all)
        {
            context.Say($"{fuzzer.Name,-16} {fuzzer.Summary}");
        }
    }

    private static void Write(CliContext context, FuzzReport report)
    {
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Fuzzer,-16} {report.Inputs} inputs, {report.Accepted} accepted, {report.Shapes} shapes, "
            + $"{report.AllocationMax} bytes at most, {report.ElapsedMs / 1000.0:F1} s"));
        if (report.Failure is not FuzzFailure failure)
        {
            return;
        }

        context.Say($"  FAILED: {failure.Fault} {failure.Type}: {failure.Message}");
        context.Say($"  seed {report.Seed}, input {report.Inputs}, shrunk to {failure.Input.Length} bytes:");
        context.Say($"  {ReplayOf(report)}");
        context.Note(failure.Trace);
    }

    private static void RequirePositive<T>(Option<T> option) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is T value && Convert.ToInt64(value, CultureInfo.InvariantCulture) < 1)
            {
                result.AddError($"{option.Name} must be at least 1.");
            }
        });
}
