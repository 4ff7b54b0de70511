using System.Globalization;
using System.Text;

namespace FastCore.Engine.Partitions;

/// <summary>Cores written as in <c>taskset</c>: numbers and ranges with commas between, such as 2-7,9.</summary>
public static class CoreList
{
    /// <summary>Numbers of cores that can be named are below this.</summary>
    public const int CoresMax = 1024;

    /// <summary>Reads a list.</summary>
    /// <returns>The cores, ascending and each once; null when the text is no such list or names none.</returns>
    public static IReadOnlyList<int>? Parse(string text)
    {
        SortedSet<int> cores = [];
        foreach (string piece in text.Split(','))
        {
            string[] ends = piece.Split('-');
            if (ends.Length > 2 || !TryCore(ends[0], out int first) || !TryCore(ends[^1], out int last) || last < first)
            {
                return null;
            }

            cores.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. cores];
    }

    /// <summary>Writes a list in its one way: ascending, with ranges as long as they get.</summary>
    public static string Format(IReadOnlyList<int> cores)
    {
        StringBuilder text = new();
        for (int i = 0; i < cores.Count; i++)
        {
            int first = i;
            while (i + 1 < cores.Count && cores[i + 1] == cores[i] + 1)
            {
                i++;
            }

            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{cores[first]}");
            _ = i == first ? text : text.Append(CultureInfo.InvariantCulture, $"-{cores[i]}");
        }

        return text.ToString();
    }

    private static bool TryCore(string text, out int core) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out core) && core < CoresMax;
}
