using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FastCore.Hosting;

/// <summary>
/// Refuses keys of a configuration section that no setting has: the host would pass a misspelt one over in silence and
/// run with other settings than it was given.
/// </summary>
/// <param name="section">The section that the options are bound to.</param>
internal sealed class SettingKeysCheck(IConfigurationSection section) : IValidateOptions<FastCoreOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, FastCoreOptions options)
    {
        List<string> problems = [];
        CheckKeys(section, typeof(FastCoreOptions), problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckKeys(IConfiguration parent, Type type, List<string> problems)
    {
        Dictionary<string, Type> settings = SettingsOf(type);
        foreach (IConfigurationSection key in parent.GetChildren())
        {
            if (settings.TryGetValue(key.Key, out Type? setting))
            {
                CheckInside(key, setting, problems);
            }
            else
            {
                problems.Add($"There is no setting {key.Path}.{Suggestions.Hint(key.Key, settings.Keys)}");
            }
        }
    }

    private static void CheckInside(IConfigurationSection key, Type type, List<string> problems)
    {
        if (HasSettings(type))
        {
            CheckKeys(key, type, problems);
        }
        else if (ElementOf(type) is Type element)
        {
            foreach (IConfigurationSection item in key.GetChildren())
            {
                CheckInside(item, element, problems);
            }
        }
        else if (key.GetChildren().FirstOrDefault() is { } inside)
        {
            problems.Add($"There is no setting {inside.Path}: {key.Path} is one value.");
        }
    }

    // What the binder of configurations can set: by a setter, or inside of what is there. An interface it cannot make.
    private static Dictionary<string, Type> SettingsOf(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(setting => setting.SetMethod is { IsPublic: true } || HasSettings(setting.PropertyType))
        .Where(setting => !(ElementOf(setting.PropertyType) ?? setting.PropertyType).IsInterface)
        .ToDictionary(setting => setting.Name, setting => setting.PropertyType, StringComparer.OrdinalIgnoreCase);

    private static bool HasSettings(Type type) => type.IsClass && !typeof(IEnumerable).IsAssignableFrom(type)
        && type.Assembly.GetName().Name!.StartsWith("FastCore.", StringComparison.Ordinal);

    // Null for what is one value, of which bytes in Base64 are one too.
    private static Type? ElementOf(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetGenericArguments() is { Length: > 0 } arguments ? arguments[^1]
        : typeof(object);
}
