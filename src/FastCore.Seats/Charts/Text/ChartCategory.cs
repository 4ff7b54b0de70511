namespace FastCore.Seats.Charts.Text;

/// <summary>A category of a chart file; its place in the list is its number.</summary>
/// <param name="Name">Its name, not empty.</param>
/// <param name="Price">
/// What a seat is meant to cost, minor units; null when the file does not say. Prices are the show's, so this only
/// helps to open one.
/// </param>
public sealed record ChartCategory(string Name, uint? Price);
