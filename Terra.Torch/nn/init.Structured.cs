namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class init
        {
            /// <summary>Ones on a matrix's diagonal, zeros elsewhere.</summary>
            /// <exception cref="ArgumentException">The tensor is not a matrix.</exception>
            public static Tensor eye_(Tensor tensor)
            {
                if (tensor.dim() != 2)
                {
                    throw new ArgumentException("Only tensors with 2 dimensions are supported", nameof(tensor));
                }

                return FillInScope(tensor, static t => t.copy_(eye(t.shape[0], t.shape[1], t.dtype)));
            }

            /// <summary>Convolution weights that pass their input channels on, as many as there are outputs.</summary>
            /// <exception cref="ArgumentException">The tensor has not 3, 4 or 5 dimensions.</exception>
            public static Tensor dirac_(Tensor tensor)
            {
                if (tensor.dim() is not (3 or 4 or 5))
                {
                    throw new ArgumentException("Only tensors with 3, 4, or 5 dimensions are supported", nameof(tensor));
                }

                return FillInScope(tensor, static t =>
                {
                    t.zero_();
                    Tensor center = t.SameTensor();
                    for (int i = 2; i < t.dim(); i++)
                    {
                        center = center.select(2, t.shape[i] / 2);
                    }

                    center.copy_(eye(t.shape[0], t.shape[1], t.dtype));
                    return t;
                });
            }

            /// <summary>A (semi-)orthogonal matrix times a gain; further dimensions count as columns (Saxe et al., 2013).</summary>
            /// <exception cref="ArgumentException">The tensor has fewer than two dimensions.</exception>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1)
            {
                if (tensor.dim() < 2)
                {
                    throw new ArgumentException("Only tensors with 2 or more dimensions are supported", nameof(tensor));
                }

                return FillInScope(tensor, t =>
                {
                    long rows = t.shape[0], columns = t.numel() / rows;
                    Tensor random = randn([rows, columns], t.dtype);
                    (Tensor q, Tensor r) = linalg.qr(rows < columns ? random.t() : random);
                    q = q * r.diagonal().sign();
                    return t.copy_((rows < columns ? q.t() : q).reshape(t.shape)).mul_(gain);
                });
            }

            /// <summary>Normal numbers, but zeros for a share of each column (Martens, 2010).</summary>
            /// <exception cref="ArgumentException">The tensor is not a matrix.</exception>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                if (tensor.dim() != 2)
                {
                    throw new ArgumentException("Only tensors with 2 dimensions are supported", nameof(tensor));
                }

                return FillInScope(tensor, t =>
                {
                    long zeros = (long)Math.Ceiling(sparsity * t.shape[0]);
                    t.normal_(0, std);
                    for (long column = 0; column < t.shape[1]; column++)
                    {
                        t.select(1, column).index_fill_(0, randperm(t.shape[0]).narrow(0, 0, zeros), 0);
                    }

                    return t;
                });
            }

            /// <summary>Normal numbers of the given mean and deviation, cut to [a, b]: the inverse of the distribution of uniform numbers.</summary>
            public static Tensor trunc_normal_(
                Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                double low = Phi((a - mean) / std), high = Phi((b - mean) / std);
                return FillInScope(tensor, t =>
                {
                    t.uniform_((2 * low) - 1, (2 * high) - 1, generator);
                    return t.erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b);
                });
            }

            /// <summary>The distribution function of the normal distribution.</summary>
            private static double Phi(double x)
            {
                using Tensor argument = torch.tensor(x / Math.Sqrt(2));
                using Tensor erf = argument.erf();
                return (1 + erf.item<double>()) / 2;
            }

            /// <summary>As the other fill, for functions that need tensors in between.</summary>
            private static Tensor FillInScope(Tensor tensor, Func<Tensor, Tensor> fill)
            {
                using DisposeScope scope = NewDisposeScope();
                return Fill(tensor, fill);
            }
        }
    }
}
