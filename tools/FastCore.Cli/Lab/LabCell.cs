using FastCore.Cli.Terminal;
using FastCore.Hosting;
using FastCore.Node.Knobs;

namespace FastCore.Cli.Lab;

/// <summary>One setting of the knobs that a lab varies: what a fresh process is started with.</summary>
/// <param name="Name">What it is called in tables and plots.</param>
/// <param name="Variables">Variables of its environment.</param>
/// <param name="Arguments">What its command line has beside the workload's.</param>
internal sealed record LabCell(
    string Name, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Arguments)
{
    /// <summary>Option of the bench that sets a knob of the engine; it may be given more than once.</summary>
    public const string KnobOption = "--knob";

    private const string BenchPrefix = "bench.";

    /// <summary>The cell that the others are compared with.</summary>
    public static LabCell Default { get; } = new("default", new Dictionary<string, string>(), []);

    /// <summary>The default once more: what it differs from the first is what the machine does by itself.</summary>
    public static LabCell Again { get; } = Default with { Name = "default again" };

    /// <summary>The cell of some knobs.</summary>
    /// <param name="settings">Each <c>name=value</c>, or <c>bench.option=value</c> for an option of the bench.</param>
    /// <param name="name">What it is called; null = as it is set.</param>
    public static LabCell Of(IReadOnlyList<string> settings, string? name = null)
    {
        Dictionary<string, string> variables = [];
        List<string> arguments = [];
        foreach (string setting in settings)
        {
            (string knobName, string value) = Knobs.EngineSettings.Split(setting);
            if (knobName.StartsWith(BenchPrefix, StringComparison.Ordinal))
            {
                arguments.AddRange(["--" + knobName[BenchPrefix.Length..], value]);
                continue;
            }

            Knob knob = KnobControl.Find(knobName) ?? throw new CliException(
                ExitCode.Usage, "unknown_knob",
                $"There is no knob '{knobName}'.{Suggestions.Hint(knobName, KnobControl.Names)}");
            string canonical = knob.Canonical(value) ?? throw new CliException(
                ExitCode.Usage, "value_out_of_range", $"{knobName} takes {knob.Form.Domain}, not '{value}'.");
            if (knob is RuntimeKnob { Variable: string variable } runtime)
            {
                variables[variable] = runtime.ToVariable(canonical);
            }
            else
            {
                arguments.AddRange([KnobOption, $"{knobName}={canonical}"]);
            }
        }

        return new LabCell(name ?? string.Join(' ', settings), variables, arguments);
    }
}
