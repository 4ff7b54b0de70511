using System.Text.RegularExpressions;
using FastCore.Tidy.Tests.Tree;

namespace FastCore.Tidy.Tests.Rules;

/// <summary>Rules about all text files.</summary>
internal static class TextRules
{
    private const int LinesMax = 700;

    // In pieces, so that this file obeys the rule.
    private static readonly Regex MachinePath =
        new("(?<![\\w.~-])/(" + "work|home|root" + ")/[\\w.]|[A-Z]:\\\\" + "Users");

    /// <summary>Nothing in the tree depends on, or tells about, the machine it was written on.</summary>
    public static IEnumerable<Finding> MachinePaths(SourceFile file)
    {
        for (int line = 0; line < file.Lines.Length; line++)
        {
            if (MachinePath.IsMatch(file.Lines[line]))
            {
                yield return file.At(line + 1, "machine-path", file.Lines[line].Trim());
            }
        }
    }

    /// <summary>Files stay short enough to read. Those that are too long today may only get shorter.</summary>
    public static IEnumerable<Finding> Lengths(
        IReadOnlyList<SourceFile> files, IReadOnlyDictionary<string, int> exceptions)
    {
        foreach (SourceFile file in files.Where(file => file.IsCSharp))
        {
            int lines = file.Lines.Length - (file.Lines[^1].Length == 0 ? 1 : 0);
            if (!exceptions.TryGetValue(file.Path, out int allowed))
            {
                if (lines > LinesMax)
                {
                    yield return file.At(lines, "length", $"{lines} lines, {LinesMax} are allowed");
                }
            }
            else if (lines != allowed)
            {
                yield return file.At(lines, "length", lines > allowed
                    ? $"{lines} lines, but this file may only get shorter than {allowed}"
                    : $"{lines} lines: lower its exception from {allowed}, or drop it");
            }
        }

        foreach (string path in exceptions.Keys.Where(path => files.All(file => file.Path != path)))
        {
            yield return new Finding(path, 1, "length", "the exception names no file");
        }
    }

    /// <summary>What every reader of a repository looks for first.</summary>
    public static IEnumerable<Finding> RequiredFiles(IReadOnlyList<SourceFile> files, params string[] required) =>
        required.Where(path => files.All(file => file.Path != path || file.Text.Trim().Length == 0))
            .Select(path => new Finding(path, 1, "required", "the file is missing or empty"));
}
