using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Sorting along a dimension: always stable, NaN above everything, as in PyTorch.</summary>
internal static unsafe class SortKernels
{
    private const long ElementsPerTask = 4096, ElementsPerPart = 32768;

    /// <summary>A row of fewer than so many times the elements wanted is sorted as a whole.</summary>
    private const long FewOf = 4;

    /// <summary>sort(self, dim, descending, stable).</summary>
    public static void Sort(OpInvocation call) =>
        ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new SortRows(call, call.Int(0), call.Bool(1)));

    /// <summary>topk(self, k, dim, largest, sorted): the first k of the sorted row.</summary>
    public static void TopK(OpInvocation call) =>
        ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new SortRows(call, call.Int(1), call.Bool(2)));

    private readonly struct SortRows(OpInvocation call, long dimension, bool descending) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl self = call.Input(0), result = call.Outputs[0];
            int dim = ShapeErrors.WrapDim(dimension, self.Rank);
            int count = checked((int)(self.Rank == 0 ? 1 : self.Sizes[dim])), kept = (int)(result.Rank == 0 ? 1 : result.Sizes[dim]);
            if (self.NumberOfElements == 0 || kept == 0)
            {
                return;
            }

            long inner = 1;
            for (int d = dim + 1; d < self.Rank; d++)
            {
                inner *= self.Sizes[d];
            }

            using var input = new ContiguousData<T>(self);
            T* from = input.Pointer, values = (T*)result.Pointer;
            long* indices = (long*)call.Outputs[1].Pointer;
            ulong flip = SortKeys.Flip<T>(descending);
            WorkerPool.Shared.For(self.NumberOfElements / count, Math.Max(1, ElementsPerTask / count), (first, end) =>
            {
                bool isWhole = FewOf * kept > count;
                using var memory = new Scratch<WideEntry>(isWhole ? 2L * count : TopSelection.Memory(kept));
                using var line = new Scratch<T>(inner == 1 ? 0 : count);
                for (long r = first; r < end; r++)
                {
                    T* row = from + (r * count);
                    if (inner > 1)
                    {
                        row = line.Pointer;
                        CopyLine(from + (r / inner * inner * count) + (r % inner), inner, row, count);
                    }

                    long target = (r / inner * inner * kept) + (r % inner);
                    var destination = new Destination<T>(row, values + target, indices + target, inner, kept);
                    if (isWhole)
                    {
                        SortWhole(row, count, flip, memory.Pointer, destination);
                    }
                    else
                    {
                        Select(row, count, flip, memory.Pointer, destination);
                    }
                }
            });
        }
    }

    private static void CopyLine<T>(T* from, long step, T* to, int count)
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            to[i] = from[i * step];
        }
    }

    private static void Select<T>(T* row, int count, ulong flip, WideEntry* memory, Destination<T> destination)
        where T : unmanaged, INumber<T>
    {
        if (sizeof(T) == sizeof(long))
        {
            destination.Write(TopSelection.Select(row, count, destination.Count, flip, memory));
        }
        else
        {
            destination.Write(TopSelection.Select(row, count, destination.Count, flip, (NarrowEntry*)memory));
        }
    }

    private static void SortWhole<T>(T* row, int count, ulong flip, WideEntry* memory, Destination<T> destination)
        where T : unmanaged, INumber<T>
    {
        (ulong least, ulong greatest) = sizeof(T) == sizeof(long) ? Extremes(row, count, flip) : (0, uint.MaxValue);
        if (greatest - least <= uint.MaxValue)
        {
            var narrow = (NarrowEntry*)memory;
            ulong varying = Fill(row, count, flip, least, narrow);
            destination.Write(RadixSort.Sort(narrow, narrow + count, count, varying));
        }
        else
        {
            ulong varying = Fill(row, count, flip, least, memory);
            destination.Write(RadixSort.Sort(memory, memory + count, count, varying));
        }
    }

    /// <summary>Makes the entries of a row, keys counted from <paramref name="least"/> on; gives the bits that any of them has set.</summary>
    private static ulong Fill<T, TEntry>(T* row, int count, ulong flip, ulong least, TEntry* entries)
        where T : unmanaged, INumber<T>
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        if (count <= ElementsPerPart)
        {
            return FillPart(row, 0, count, flip, least, entries);
        }

        ulong varying = 0;
        WorkerPool.Shared.For(count, ElementsPerPart, (first, end) => Interlocked.Or(ref varying, FillPart(row, (int)first, (int)end, flip, least, entries)));
        return varying;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong FillPart<T, TEntry>(T* row, int first, int end, ulong flip, ulong least, TEntry* entries)
        where T : unmanaged, INumber<T>
        where TEntry : unmanaged, ISortEntry<TEntry>
    {
        ulong varying = 0;
        for (int i = first; i < end; i++)
        {
            ulong key = (SortKeys.Of(row[i]) ^ flip) - least;
            varying |= key;
            entries[i] = TEntry.Create(key, i);
        }

        return varying;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (ulong Least, ulong Greatest) Extremes<T>(T* row, int count, ulong flip)
        where T : unmanaged, INumber<T>
    {
        ulong least = ulong.MaxValue, greatest = 0;
        for (int i = 0; i < count; i++)
        {
            ulong key = SortKeys.Of(row[i]) ^ flip;
            least = Math.Min(least, key);
            greatest = Math.Max(greatest, key);
        }

        return (least, greatest);
    }

    /// <summary>Where a row's first elements in order go, with their indices.</summary>
    private readonly struct Destination<T>(T* row, T* values, long* indices, long step, int count)
        where T : unmanaged
    {
        public int Count => count;

        public void Write<TEntry>(TEntry* sorted)
            where TEntry : unmanaged, ISortEntry<TEntry>
        {
            if (count <= ElementsPerPart)
            {
                WritePart(sorted, 0, count);
                return;
            }

            Destination<T> self = this;
            WorkerPool.Shared.For(count, ElementsPerPart, (first, end) => self.WritePart(sorted, (int)first, (int)end));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void WritePart<TEntry>(TEntry* sorted, int first, int end)
            where TEntry : unmanaged, ISortEntry<TEntry>
        {
            T* from = row, to = values;
            long* places = indices;
            long distance = step;
            for (int i = first; i < end; i++)
            {
                int index = sorted[i].Index;
                to[i * distance] = from[index];
                places[i * distance] = index;
            }
        }
    }
}
