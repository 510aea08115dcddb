using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>cummax, cummin and searchsorted.</summary>
internal static unsafe class RankingKernels
{
    /// <summary>cummax(self, dim).</summary>
    public static void Cummax(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Input(0).DType, new RunningExtreme(call, largest: true));

    /// <summary>cummin(self, dim).</summary>
    public static void Cummin(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Input(0).DType, new RunningExtreme(call, largest: false));

    /// <summary>searchsorted(sorted_sequence, self, out_int32, right).</summary>
    public static void SearchSorted(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Input(0).DType, new Search(call));

    private readonly struct RunningExtreme(OpInvocation call, bool largest) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl self = call.Input(0);
            int dim = ShapeErrors.WrapDim(call.Int(0), self.Rank);
            long length = self.Rank == 0 ? 1 : self.Sizes[dim], inner = 1;
            for (int d = dim + 1; d < self.Rank; d++)
            {
                inner *= self.Sizes[d];
            }

            if (self.NumberOfElements == 0)
            {
                return;
            }

            using var data = new ContiguousData<T>(self);
            T* values = (T*)call.Outputs[0].Pointer;
            long* indices = (long*)call.Outputs[1].Pointer;
            for (long line = 0; line < self.NumberOfElements / length; line++)
            {
                long start = (line / inner * inner * length) + (line % inner);
                T best = data.Pointer[start];
                long at = 0;
                for (long i = 0; i < length; i++)
                {
                    T next = data.Pointer[start + (i * inner)];
                    if (T.IsNaN(next) || (!T.IsNaN(best) && (largest ? next >= best : next <= best)))
                    {
                        (best, at) = (next, i);
                    }

                    values[start + (i * inner)] = best;
                    indices[start + (i * inner)] = at;
                }
            }
        }
    }

    private readonly struct Search(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl sequence = call.Input(0), self = call.Input(1), result = call.Outputs[0];
            bool right = call.Bool(1);
            long length = sequence.Sizes[^1], perRow = self.Rank == 0 ? 1 : Math.Max(1, self.Sizes[^1]);
            using var boundaries = new ContiguousData<T>(sequence);
            using var values = new ContiguousData<T>(self);
            for (long i = 0; i < self.NumberOfElements; i++)
            {
                T* row = sequence.Rank == 1 ? boundaries.Pointer : boundaries.Pointer + (i / perRow * length);
                long position = Position(row, length, values.Pointer[i], right);
                if (result.DType == DType.Int32)
                {
                    ((int*)result.Pointer)[i] = (int)position;
                }
                else
                {
                    ((long*)result.Pointer)[i] = position;
                }
            }
        }

        /// <summary>NaN counts as above everything, as in sorting.</summary>
        private static long Position<T>(T* row, long length, T value, bool right)
            where T : unmanaged, INumber<T>
        {
            long low = 0, high = length;
            while (low < high)
            {
                long middle = low + ((high - low) / 2);
                T element = row[middle];
                bool isBefore = right ? T.IsNaN(value) || element <= value : (T.IsNaN(value) && !T.IsNaN(element)) || element < value;
                (low, high) = isBefore ? (middle + 1, high) : (low, middle);
            }

            return low;
        }
    }
}
