namespace FastCore.Cli.Cards;

/// <summary>
/// Terminals in cells as wide as the radius, so that finding those near a point looks at nine cells only.
/// </summary>
internal sealed class TerminalMap
{
    private readonly (double X, double Y)[] _terminals;
    private readonly List<int>[] _cells;
    private readonly double _radius;
    private readonly double _cellSize;
    private readonly int _side;

    /// <summary>Sorts terminals into cells.</summary>
    public TerminalMap((double X, double Y)[] terminals, double radius, double mapSize)
    {
        _terminals = terminals;
        _radius = radius;
        _side = Math.Clamp((int)(mapSize / radius), 1, 1_000);
        _cellSize = mapSize / _side;
        _cells = new List<int>[_side * _side];
        for (int i = 0; i < _cells.Length; i++)
        {
            _cells[i] = [];
        }

        for (int i = 0; i < terminals.Length; i++)
        {
            _cells[(CellOf(terminals[i].Y) * _side) + CellOf(terminals[i].X)].Add(i);
        }
    }

    /// <summary>The terminals within the radius of a point, in rising order.</summary>
    public int[] Near(double x, double y)
    {
        List<int> near = [];
        int reach = Math.Max(1, (int)Math.Ceiling(_radius / _cellSize));
        for (int row = Math.Max(0, CellOf(y) - reach); row <= Math.Min(_side - 1, CellOf(y) + reach); row++)
        {
            int lastColumn = Math.Min(_side - 1, CellOf(x) + reach);
            for (int column = Math.Max(0, CellOf(x) - reach); column <= lastColumn; column++)
            {
                foreach (int terminal in _cells[(row * _side) + column])
                {
                    double dx = _terminals[terminal].X - x;
                    double dy = _terminals[terminal].Y - y;
                    if ((dx * dx) + (dy * dy) < _radius * _radius)
                    {
                        near.Add(terminal);
                    }
                }
            }
        }

        near.Sort();
        return [.. near];
    }

    private int CellOf(double coordinate) => Math.Min(_side - 1, (int)(coordinate / _cellSize));
}
