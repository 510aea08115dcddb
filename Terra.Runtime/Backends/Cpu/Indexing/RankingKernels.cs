using System.Numerics;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>cummax and cummin.</summary>
internal static unsafe class RankingKernels
{
    /// <summary>cummax(self, dim).</summary>
    public static void Cummax(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Input(0).DType, new RunningExtreme(call, largest: true));

    /// <summary>cummin(self, dim).</summary>
    public static void Cummin(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Input(0).DType, new RunningExtreme(call, largest: false));

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
}
