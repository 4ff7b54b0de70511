using System.Text.RegularExpressions;
using FastCore.Tidy.Tests.Tree;

namespace FastCore.Tidy.Tests.Rules;

/// <summary>Rules about projects: who references whom, who may name which package, who may use pointers.</summary>
internal static partial class ProjectRules
{
    private static readonly string[] UnsafeProjects =
        ["FastCore.Engine", "FastCore.Protocol", "FastCore.Storage", "FastCore.Fraud"];

    /// <summary>The arrows that the rooms of docs/ARCHITECTURE.md draw, by project.</summary>
    public static Dictionary<string, List<string>> Arrows(string architecture)
    {
        Dictionary<string, List<string>> arrows = [];
        foreach (Match room in RoomLine().Matches(architecture))
        {
            arrows[room.Groups["name"].Value] = room.Groups["targets"].Value.Trim() switch
            {
                "nothing" => [],
                "all above" => [.. arrows.Keys],
                string names => names.Split(',').Select(name => "FastCore." + name.Trim()).ToList(),
            };
        }

        return arrows;
    }

    public static IEnumerable<Finding> CheckReferences(
        IEnumerable<ProjectFile> projects, Dictionary<string, List<string>> arrows)
    {
        HashSet<string> rooms = [.. arrows.Keys];
        foreach (ProjectFile project in projects.Where(project => project.IsSource))
        {
            if (!rooms.Remove(project.Name))
            {
                yield return new Finding(project.Path, 1, "rooms", "docs/ARCHITECTURE.md does not name this project");
                continue;
            }

            foreach (string target in project.References.Except(arrows[project.Name]))
            {
                yield return new Finding(project.Path, 1, "arrow", $"{project.Name} may not reference {target}");
            }

            foreach (string target in arrows[project.Name].Except(project.References))
            {
                yield return new Finding(
                    project.Path, 1, "arrow", $"{project.Name} does not reference {target} as drawn");
            }
        }

        foreach (string missing in rooms)
        {
            yield return new Finding("docs/ARCHITECTURE.md", 1, "rooms", $"there is no project {missing}");
        }
    }

    public static IEnumerable<Finding> CheckUnsafe(IEnumerable<ProjectFile> projects) =>
        projects.Where(project => project.IsSource && project.AllowsUnsafe && !UnsafeProjects.Contains(project.Name))
            .Select(project => new Finding(
                project.Path, 1, "unsafe", "pointers belong to Engine, Protocol, Storage and the trees of Fraud"));

    public static IEnumerable<Finding> CheckPackages(IEnumerable<ProjectFile> projects)
    {
        foreach (ProjectFile project in projects)
        {
            foreach (string name in project.Packages.Concat(project.Frameworks))
            {
                string? owner = name switch
                {
                    _ when name.Contains("FASTER", StringComparison.OrdinalIgnoreCase) => "FastCore.Storage",
                    "Microsoft.Extensions.ObjectPool" => "FastCore.Protocol",
                    _ when name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) => "FastCore.Hosting",
                    _ when name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) => "FastCore.Server",
                    _ => null,
                };
                bool everywhere = owner == "FastCore.Storage";
                if (owner is not null && project.Name != owner && (everywhere || project.IsSource))
                {
                    yield return new Finding(project.Path, 1, "package", $"only {owner} may name {name}");
                }
            }
        }
    }

    public static IEnumerable<Finding> CheckSolution(IEnumerable<ProjectFile> projects, string solution)
    {
        HashSet<string> listed = SolutionProject().Matches(solution)
            .Select(match => match.Groups["path"].Value.Replace('\\', '/'))
            .ToHashSet();
        foreach (ProjectFile project in projects)
        {
            if (!listed.Remove(project.Path))
            {
                yield return new Finding(project.Path, 1, "solution", "the project is not in FastCore.sln");
            }
        }

        foreach (string missing in listed)
        {
            yield return new Finding("FastCore.sln", 1, "solution", $"there is no {missing}");
        }
    }

    [GeneratedRegex(@"^ +(?<name>FastCore\.\w+)/ .*→ (?<targets>.+)$", RegexOptions.Multiline)]
    private static partial Regex RoomLine();

    [GeneratedRegex(@"""(?<path>[^""]+\.csproj)""")]
    private static partial Regex SolutionProject();
}
