using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <content>
/// Reductions down the columns of a matrix, lanes and neighbouring columns side by side, for planes of one element: batch normalization of [n, c]. A column's sum
/// is that of blocks of <see cref="RowsPerBlock"/> rows, each row by row.
/// </content>
internal static unsafe partial class Rows
{
    private const long RowsPerBlock = 128;

    private const int MostColumns = 256;

    private static void OfColumns<T, TTerm>(T* a, T* b, Planes planes, int columns, T* parameters, T* totals)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        T* sums = stackalloc T[MostColumns];
        T* none = stackalloc T[MostColumns];
        if (parameters == null)
        {
            new Span<T>(none, columns).Clear();
            parameters = none;
        }

        new Span<T>(totals, columns).Clear();
        for (long block = 0; block < planes.Count; block += RowsPerBlock)
        {
            new Span<T>(sums, columns).Clear();
            long row = block, end = Math.Min(block + RowsPerBlock, planes.Count);
            for (; row + 4 <= end; row += 4)
            {
                AddFourRows<T, TTerm>(a + row * planes.Distance, b + row * planes.Distance, planes.Distance, columns, parameters, sums);
            }

            for (; row < end; row++)
            {
                AddRow<T, TTerm>(a + row * planes.Distance, b + row * planes.Distance, columns, parameters, sums);
            }

            RowMath.Add(totals, sums, totals, columns);
        }
    }

    /// <summary>Adds the terms of four rows to the columns' sums, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFourRows<T, TTerm>(T* a, T* b, long distance, int columns, T* parameters, T* sums)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        int lanes = Vector512<T>.Count, at = 0;
        for (; at + lanes <= columns; at += lanes)
        {
            Vector512<T> parameter = Vector512.Load(parameters + at), sum = Vector512.Load(sums + at);
            sum += Term<T, TTerm>(a, b, at, parameter);
            sum += Term<T, TTerm>(a, b, at + distance, parameter);
            sum += Term<T, TTerm>(a, b, at + 2 * distance, parameter);
            sum += Term<T, TTerm>(a, b, at + 3 * distance, parameter);
            sum.Store(sums + at);
        }

        for (int row = 0; at < columns && row < 4; row++)
        {
            AddRow<T, TTerm>(a + at + row * distance, b + at + row * distance, columns - at, parameters + at, sums + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<T, TTerm>(T* a, T* b, int columns, T* parameters, T* sums)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        int lanes = Vector512<T>.Count, at = 0;
        for (; at + lanes <= columns; at += lanes)
        {
            (Vector512.Load(sums + at) + Term<T, TTerm>(a, b, at, Vector512.Load(parameters + at))).Store(sums + at);
        }

        if (at < columns)
        {
            Vector512<T> term = TailTerm<T, TTerm>(a + at, b + at, columns - at, LoadTail(parameters + at, columns - at, T.Zero));
            StoreTail(LoadTail(sums + at, columns - at, T.Zero) + term, sums + at, columns - at);
        }
    }
}
