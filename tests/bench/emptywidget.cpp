// SPDX-License-Identifier: MIT
// The yardstick for start-up time: the least a Qt Widgets program does until its window is on the screen.
#include <cstdio>

#include <QApplication>
#include <QEvent>
#include <QWidget>
#include <QWindow>

namespace
{

class ExposeWatch : public QObject
{
public:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const auto *window = qobject_cast<QWindow *>(watched);
        if (event->type() == QEvent::Expose && window && window->isExposed()) {
            std::puts("shown");
            std::fflush(stdout);
            QCoreApplication::quit();
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

int main(int argc, char *argv[])
{
    const QApplication application(argc, argv);
    ExposeWatch watch;
    QWidget widget;
    widget.show();
    widget.windowHandle()->installEventFilter(&watch);
    return QApplication::exec();
}
