namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <inheritdoc cref="impl.LambdaLR"/>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new impl.LambdaLR(optimizer, lr_lambda, last_epoch, verbose);

            /// <inheritdoc cref="impl.MultiplicativeLR"/>
            public static LRScheduler MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new impl.MultiplicativeLR(optimizer, lr_lambda, last_epoch, verbose);

            /// <inheritdoc cref="impl.StepLR"/>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            /// <inheritdoc cref="impl.MultiStepLR"/>
            public static LRScheduler MultiStepLR(
                Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.MultiStepLR(optimizer, milestones, gamma, last_epoch, verbose);

            /// <inheritdoc cref="impl.ExponentialLR"/>
            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.ExponentialLR(optimizer, gamma, last_epoch, verbose);

            /// <inheritdoc cref="impl.ConstantLR"/>
            public static LRScheduler ConstantLR(
                Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new impl.ConstantLR(optimizer, factor, total_iters, last_epoch, verbose);

            /// <inheritdoc cref="impl.LinearLR"/>
            public static LRScheduler LinearLR(
                Optimizer optimizer,
                double start_factor = 1.0 / 3,
                double end_factor = 1,
                int total_iters = 5,
                int last_epoch = -1,
                bool verbose = false) =>
                new impl.LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch, verbose);

            /// <inheritdoc cref="impl.PolynomialLR"/>
            public static LRScheduler PolynomialLR(
                Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false) =>
                new impl.PolynomialLR(optimizer, total_iters, power, last_epoch, verbose);

            /// <inheritdoc cref="impl.CosineAnnealingLR"/>
            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);

            /// <inheritdoc cref="impl.ReduceLROnPlateau"/>
            public static LRScheduler ReduceLROnPlateau(
                Optimizer optimizer,
                string mode = "min",
                double factor = 0.1,
                int patience = 10,
                double threshold = 0.0001,
                string threshold_mode = "rel",
                int cooldown = 0,
                IList<double>? min_lr = null,
                double eps = 1e-08,
                bool verbose = false) =>
                new impl.ReduceLROnPlateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps, verbose);
        }
    }
}
