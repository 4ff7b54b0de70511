using System.Xml.Linq;

namespace FastCore.Tidy.Tests.Tree;

/// <summary>What a project file says.</summary>
internal sealed class ProjectFile
{
    public ProjectFile(string path, string xml)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        XElement root = XDocument.Parse(xml).Root!;
        References = Includes(root, "ProjectReference")
            .Select(include => System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))
            .ToList();
        Packages = Includes(root, "PackageReference");
        Frameworks = Includes(root, "FrameworkReference");
        AllowsUnsafe = root.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true");
    }

    public string Path { get; }

    public string Name { get; }

    public bool IsSource => Path.StartsWith("src/", StringComparison.Ordinal);

    public IReadOnlyList<string> References { get; }

    public IReadOnlyList<string> Packages { get; }

    public IReadOnlyList<string> Frameworks { get; }

    public bool AllowsUnsafe { get; }

    private static List<string> Includes(XElement root, string element) =>
        root.Descendants(element).Select(item => item.Attribute("Include")?.Value ?? "").Where(i => i != "").ToList();
}
