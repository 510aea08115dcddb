using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Sorting along a dimension: always stable, NaN above everything, as in PyTorch.</summary>
internal static unsafe class SortKernels
{
    private const long ElementsPerTask = 4096;

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
            long count = self.Rank == 0 ? 1 : self.Sizes[dim], kept = result.Rank == 0 ? 1 : result.Sizes[dim];
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
            bool down = descending;
            WorkerPool.Shared.For(self.NumberOfElements / count, Math.Max(1, ElementsPerTask / count), (first, end) =>
            {
                var row = new Entry<T>[count];
                for (long r = first; r < end; r++)
                {
                    long source = r / inner * inner * count + r % inner, target = r / inner * inner * kept + r % inner;
                    for (long i = 0; i < count; i++)
                    {
                        row[i] = new Entry<T>(from[source + i * inner], i);
                    }

                    row.AsSpan().Sort(new Order<T>(down));
                    for (long i = 0; i < kept; i++)
                    {
                        values[target + i * inner] = row[i].Value;
                        indices[target + i * inner] = row[i].Index;
                    }
                }
            });
        }
    }

    private readonly record struct Entry<T>(T Value, long Index);

    private readonly struct Order<T>(bool descending) : IComparer<Entry<T>>
        where T : INumber<T>
    {
        public int Compare(Entry<T> x, Entry<T> y)
        {
            int order = Ascending(x.Value, y.Value);
            return order == 0 ? x.Index.CompareTo(y.Index) : descending ? -order : order;
        }

        private static int Ascending(T a, T b) =>
            a < b ? -1 : a > b ? 1 : a == b ? 0 : T.IsNaN(a).CompareTo(T.IsNaN(b));
    }
}
