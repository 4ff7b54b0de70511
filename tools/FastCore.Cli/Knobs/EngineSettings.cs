using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Hosting;
using FastCore.Node;
using FastCore.Node.Knobs;
using FastCore.Protocol.Knobs;
using FastCore.Server;
using Microsoft.Extensions.Configuration;

namespace FastCore.Cli.Knobs;

/// <summary>
/// Settings of an engine from a configuration file, variables of the environment and <c>--knob</c>, each winning over
/// the one before, with a note of where each came from.
/// </summary>
internal sealed class EngineSettings
{
    /// <summary>What variables of the environment begin with: <c>FASTCORE_Node__Idle=Park</c>.</summary>
    public const string VariablePrefix = "FASTCORE_";

    private readonly Dictionary<string, KnobSource> _sources = new(StringComparer.Ordinal);

    private EngineSettings() => Node.KnobSources = _sources;

    /// <summary>The engine's settings.</summary>
    public NodeOptions Node { get; } = new();

    /// <summary>The server's settings.</summary>
    public ServerOptions Server { get; } = new();

    /// <summary>Reads settings; what is misspelt is refused.</summary>
    /// <param name="path">Configuration file; null = none.</param>
    /// <param name="knobs"><c>name=value</c>, as given on the command line.</param>
    public static EngineSettings Read(string? path, IEnumerable<string> knobs)
    {
        EngineSettings settings = new();
        if (path is not null)
        {
            settings.BindFile(path);
        }

        settings.BindEnvironment();
        foreach (string knob in knobs)
        {
            settings.Turn(knob);
        }

        return settings;
    }

    /// <summary>Notes that an option of the command line set a property.</summary>
    public void Note(string property) => _sources[property] = KnobSource.CommandLine;

    /// <summary>Splits <c>name=value</c>.</summary>
    public static (string Name, string Value) Split(string knob)
    {
        int at = knob.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? (knob[..at].Trim(), knob[(at + 1)..].Trim())
            : throw new CliException(ExitCode.Usage, "knob_invalid", $"A knob is written name=value, not '{knob}'.");
    }

    private void Turn(string text)
    {
        (string name, string value) = Split(text);
        if (EngineKnobs.Find(name) is not EngineKnob knob)
        {
            bool isRuntime = RuntimeKnobs.All.Any(known => known.Name == name);
            string why = isRuntime
                ? "is the runtime's: set its variable before the start ('fastcore knobs' names it)."
                : "is not known." + Suggestions.Hint(name, EngineKnobs.All.Select(known => known.Name));
            throw new CliException(ExitCode.Usage, "unknown_knob", $"The knob '{name}' {why}");
        }

        string canonical = knob.Canonical(value) ?? throw new CliException(
            ExitCode.Usage, "value_out_of_range", $"{name} takes {knob.Form.Domain}, not '{value}'.");
        knob.Set(Node, canonical);
        _sources[knob.Property] = KnobSource.CommandLine;
    }

    private void BindFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            Bind(new ConfigurationBuilder().AddJsonStream(file).Build(), path, KnobSource.Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_readable", $"Cannot read '{path}': {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException)
        {
            throw new CliException(ExitCode.Usage, "configuration_invalid", $"{path}: {e.Message}", e);
        }
    }

    // Other variables with this prefix are the client's, such as its access key.
    private void BindEnvironment()
    {
        Dictionary<string, string?> values = [];
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            string name = (string)entry.Key;
            if (name.StartsWith(VariablePrefix + "Node__", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith(VariablePrefix + "Server__", StringComparison.OrdinalIgnoreCase))
            {
                values[name[VariablePrefix.Length..].Replace("__", ":", StringComparison.Ordinal)] =
                    (string?)entry.Value;
            }
        }

        Bind(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), "environment", KnobSource.Environment);
    }

    private void Bind(IConfiguration configuration, string place, KnobSource source)
    {
        try
        {
            foreach (IConfigurationSection section in configuration.GetChildren())
            {
                // A misspelt setting must not be a silent default.
                object target = section.Key.ToUpperInvariant() switch
                {
                    "NODE" => Node,
                    "SERVER" => Server,
                    _ => throw new InvalidOperationException(
                        $"there is no section '{section.Key}', only Node and Server."),
                };
                RefuseUnknown(section, target);
                section.Bind(target, options => options.ErrorOnUnknownConfiguration = true);
                if (ReferenceEquals(target, Node))
                {
                    NoteAll(section, source);
                }
            }
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or InvalidDataException)
        {
            throw new CliException(ExitCode.Usage, "configuration_invalid", $"{place}: {e.Message}", e);
        }
    }

    // The binder refuses unknown settings, too, in words about itself; it is left those inside of lists.
    private static void RefuseUnknown(IConfigurationSection section, object target)
    {
        string[] known = [.. target.GetType().GetProperties().Select(property => property.Name)];
        string? unknown = section.GetChildren().Select(child => child.Key)
            .FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new InvalidOperationException(
                $"{section.Key} has no setting '{unknown}'.{Suggestions.Hint(unknown, known)}");
        }
    }

    private void NoteAll(IConfigurationSection section, KnobSource source)
    {
        foreach (EngineKnob knob in EngineKnobs.All)
        {
            if (section.GetSection(knob.Property).Exists())
            {
                _sources[knob.Property] = source;
            }
        }
    }
}
