namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>The schedulers' classes.</summary>
            public static partial class impl
            {
                /// <summary>The initial rate times a function of the epoch.</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] _factors;

                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, Enumerable.Repeat(lr_lambda, optimizer.ParamGroups.Count()), last_epoch, verbose)
                    {
                    }

                    /// <exception cref="ArgumentException">There is not one function per group.</exception>
                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _factors = PerGroup(optimizer, lr_lambdas);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => BaseRates.Select((rate, group) => rate * _factors[group](LastEpoch));
                }

                /// <summary>Each epoch, the rate times a function of the epoch.</summary>
                public class MultiplicativeLR : LRScheduler
                {
                    private readonly Func<int, double>[] _factors;

                    public MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, Enumerable.Repeat(lr_lambda, optimizer.ParamGroups.Count()), last_epoch, verbose)
                    {
                    }

                    /// <exception cref="ArgumentException">There is not one function per group.</exception>
                    public MultiplicativeLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _factors = PerGroup(optimizer, lr_lambdas);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        Groups.Select((group, index) => LastEpoch > 0 ? group.LearningRate * _factors[index](LastEpoch) : group.LearningRate);
                }

                /// <summary>Every step_size epochs, the rate times gamma.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly int _stepSize;
                    private readonly double _gamma;

                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_stepSize, _gamma) = (step_size, gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        Continued(LastEpoch == 0 || LastEpoch % _stepSize != 0 ? 1 : _gamma);

                    protected override IEnumerable<double> get_closed_form_lr() => Scaled(Math.Pow(_gamma, LastEpoch / _stepSize));
                }

                /// <summary>At each milestone, the rate times gamma.</summary>
                public class MultiStepLR : LRScheduler
                {
                    private readonly int[] _milestones;
                    private readonly double _gamma;

                    public MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_milestones, _gamma) = (milestones.ToArray(), gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        Continued(Math.Pow(_gamma, _milestones.Count(milestone => milestone == LastEpoch)));

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        Scaled(Math.Pow(_gamma, _milestones.Count(milestone => milestone <= LastEpoch)));
                }

                /// <summary>Each epoch, the rate times gamma.</summary>
                public class ExponentialLR : LRScheduler
                {
                    private readonly double _gamma;

                    public ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _gamma = gamma;
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Continued(LastEpoch == 0 ? 1 : _gamma);

                    protected override IEnumerable<double> get_closed_form_lr() => Scaled(Math.Pow(_gamma, LastEpoch));
                }

                /// <summary>For the first total_iters epochs the rate times factor, then the initial rate.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly double _factor;
                    private readonly int _epochs;

                    public ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_factor, _epochs) = (factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        Continued(LastEpoch == 0 ? _factor : LastEpoch == _epochs ? 1 / _factor : 1);

                    protected override IEnumerable<double> get_closed_form_lr() => Scaled(LastEpoch < _epochs ? _factor : 1);
                }

                /// <summary>The factor of the initial rate goes linearly from start_factor to end_factor in total_iters epochs.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double _start;
                    private readonly double _end;
                    private readonly int _epochs;

                    public LinearLR(
                        Optimizer optimizer,
                        double start_factor = 1.0 / 3,
                        double end_factor = 1,
                        int total_iters = 5,
                        int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_start, _end, _epochs) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (LastEpoch == 0)
                        {
                            return Continued(_start);
                        }

                        double difference = _end - _start;
                        return LastEpoch > _epochs
                            ? Continued(1)
                            : Continued(1 + (difference / ((_epochs * _start) + ((LastEpoch - 1) * difference))));
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        Scaled(_start + ((_end - _start) * Math.Min(_epochs, LastEpoch) / _epochs));
                }

                /// <summary>The rate falls to zero in total_iters epochs as a power of what is left.</summary>
                public class PolynomialLR : LRScheduler
                {
                    private readonly int _epochs;
                    private readonly double _power;

                    public PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_epochs, _power) = (total_iters, power);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Continued(
                        LastEpoch == 0 || LastEpoch > _epochs
                            ? 1
                            : Math.Pow((1.0 - ((double)LastEpoch / _epochs)) / (1.0 - ((double)(LastEpoch - 1) / _epochs)), _power));

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        Scaled(Math.Pow(1.0 - ((double)Math.Min(_epochs, LastEpoch) / _epochs), _power));
                }

                /// <summary>The rate swings between the initial one and eta_min along a cosine of half period T_max (Loshchilov and Hutter, 2017).</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _halfPeriod;
                    private readonly double _least;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_halfPeriod, _least) = (T_max, eta_min);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (LastEpoch == 0)
                        {
                            return Continued(1);
                        }

                        if ((LastEpoch - 1 - _halfPeriod) % (2 * _halfPeriod) == 0)
                        {
                            double climb = (1 - Math.Cos(Math.PI / _halfPeriod)) / 2;
                            return Groups.Zip(BaseRates, (group, rate) => group.LearningRate + ((rate - _least) * climb));
                        }

                        double factor = (1 + Math.Cos(Math.PI * LastEpoch / _halfPeriod)) / (1 + Math.Cos(Math.PI * (LastEpoch - 1) / _halfPeriod));
                        return Groups.Select(group => (factor * (group.LearningRate - _least)) + _least);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        BaseRates.Select(rate => _least + ((rate - _least) * (1 + Math.Cos(Math.PI * LastEpoch / _halfPeriod)) / 2));
                }

                private static Func<int, double>[] PerGroup(Optimizer optimizer, IEnumerable<Func<int, double>> functions)
                {
                    Func<int, double>[] all = functions.ToArray();
                    int groups = optimizer.ParamGroups.Count();
                    return all.Length == groups
                        ? all
                        : throw new ArgumentException($"expected one function per parameter group ({groups}), but got {all.Length}", nameof(functions));
                }
            }
        }
    }
}
